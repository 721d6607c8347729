#!/bin/sh
# from service.app["worker"]
set -e
$COMPOSE rm --stop --force app-worker
