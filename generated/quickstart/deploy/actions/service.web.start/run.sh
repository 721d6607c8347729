#!/bin/sh
# from service.web
set -e
$COMPOSE up --detach --no-build --no-deps web
