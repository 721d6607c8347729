#!/bin/sh
# Root gives the data to app, counts the start in a folder of app's own, runs a
# server as app, and ends it when it is told to.
set -eu
find /data ! -user app -exec chown app: {} +
setpriv --reuid app --regid app --clear-groups sh -c 'umask 077; mkdir -p /data/private; echo started >>/data/private/starts'
wc -l </data/private/starts >/data/starts
setpriv --reuid app --regid app --clear-groups busybox httpd -f -p 8000 -h /data &
server=$!
trap 'kill "$server"' TERM
echo "start: serves"
wait "$server" || true
echo "start: stopped"
