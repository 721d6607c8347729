#!/bin/sh
# from service.postgres
set -e
$COMPOSE rm --stop --force postgres
