#!/bin/sh
# from service.redis
set -e
$COMPOSE up --detach --no-build --no-deps redis
