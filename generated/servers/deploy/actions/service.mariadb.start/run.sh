#!/bin/sh
# from service.mariadb
set -e
$COMPOSE up --detach --no-build --no-deps mariadb
