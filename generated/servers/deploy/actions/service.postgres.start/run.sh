#!/bin/sh
# from service.postgres
set -e
$COMPOSE up --detach --no-build --no-deps postgres
