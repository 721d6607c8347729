#!/bin/sh
# from service.redis
set -e
$COMPOSE rm --stop --force redis
