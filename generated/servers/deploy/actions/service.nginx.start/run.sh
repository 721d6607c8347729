#!/bin/sh
# from service.nginx
set -e
$COMPOSE up --detach --no-build --no-deps nginx
