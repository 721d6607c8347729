#!/bin/sh
# An init as s6-overlay is one: process 1 or nothing. It starts its service,
# starts it again when that ends, and takes it down when it is told to.
set -u
if [ $$ != 1 ]; then
	echo "init: fatal: can only run as pid 1" >&2
	exit 100
fi
stopping=
service=
trap 'stopping=1; [ -z "$service" ] || kill "$service"' TERM
echo 'Home Assistant stand-in' >index.html
while [ -z "$stopping" ]; do
	busybox httpd -f -p 8123 -h /config &
	service=$!
	echo "init: service home-assistant started"
	wait "$service"
done
wait
echo "init: service home-assistant stopped"
