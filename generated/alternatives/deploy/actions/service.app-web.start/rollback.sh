#!/bin/sh
# from service.app["web"]
set -e
$COMPOSE rm --stop --force app-web
