#!/bin/sh
# from service.haproxy
set -e
$COMPOSE up --detach --no-build --no-deps haproxy
