#!/bin/sh
# What the official memcached image does at its start.
set -e
case $1 in
-*) set -- memcached "$@" ;;
esac
exec "$@"
