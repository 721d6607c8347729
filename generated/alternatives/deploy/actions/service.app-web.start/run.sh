#!/bin/sh
# from service.app["web"]
set -e
$COMPOSE up --detach --no-build --no-deps app-web
