#!/bin/sh
# from service.database
set -e
$COMPOSE rm --stop --force database
