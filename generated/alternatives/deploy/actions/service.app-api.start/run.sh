#!/bin/sh
# from service.app["api"]
set -e
$COMPOSE up --detach --no-build --no-deps app-api
