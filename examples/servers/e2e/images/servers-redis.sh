#!/bin/sh
# What the official Redis image does at its start: as root, give what lies in
# the data folder to redis and go on as redis.
set -e
case $1 in
-* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
	find . ! -user redis -exec chown redis {} +
	exec gosu redis "$0" "$@"
fi
# What it saves is nobody else's to read, unless the umask was set.
if [ "$(umask)" = 0022 ]; then
	umask 0077
fi
# The official server is built without protected mode.
[ "$1" != redis-server ] || set -- "$@" --protected-mode no
exec "$@"
