#!/bin/sh
# from service.nginx
set -e
$COMPOSE rm --stop --force nginx
