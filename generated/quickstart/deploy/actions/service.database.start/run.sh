#!/bin/sh
# from service.database
set -e
$COMPOSE up --detach --no-build --no-deps database
