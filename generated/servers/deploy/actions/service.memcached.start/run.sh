#!/bin/sh
# from service.memcached
set -e
$COMPOSE up --detach --no-build --no-deps memcached
