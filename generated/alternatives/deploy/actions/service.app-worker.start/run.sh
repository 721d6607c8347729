#!/bin/sh
# from service.app["worker"]
set -e
$COMPOSE up --detach --no-build --no-deps app-worker
