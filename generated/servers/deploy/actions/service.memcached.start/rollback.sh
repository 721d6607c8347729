#!/bin/sh
# from service.memcached
set -e
$COMPOSE rm --stop --force memcached
