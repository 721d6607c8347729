#!/bin/sh
# from service.haproxy
set -e
$COMPOSE rm --stop --force haproxy
