#!/bin/sh
# What the official PHP images do at their start.
set -e
case $1 in
-*) set -- php-fpm "$@" ;;
esac
exec "$@"
