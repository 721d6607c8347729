#!/bin/sh
# from service.web
set -e
$COMPOSE rm --stop --force web
