#!/bin/sh
# What the official HAProxy image does at its start: a master process, and
# workers that it replaces at a reload.
set -e
case $1 in
-*) set -- haproxy "$@" ;;
esac
if [ "$1" = haproxy ]; then
	shift
	set -- haproxy -W -db "$@"
fi
exec "$@"
