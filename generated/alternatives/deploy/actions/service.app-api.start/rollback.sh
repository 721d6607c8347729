#!/bin/sh
# from service.app["api"]
set -e
$COMPOSE rm --stop --force app-api
