#!/bin/sh
# from service.mariadb
set -e
$COMPOSE rm --stop --force mariadb
