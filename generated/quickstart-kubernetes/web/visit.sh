#!/bin/sh
# Counts a visit and shows the number. busybox httpd runs it for each request.
set -eu
PGPASSWORD=$(cat "$WEB_PASSWORD_FILE")
export PGPASSWORD
number=$(psql -X -q -A -t -v ON_ERROR_STOP=1 \
  -h database -p 5432 -U web -d guestbook \
  -c 'INSERT INTO visits DEFAULT VALUES RETURNING id')
printf 'Content-Type: text/html; charset=utf-8\r\n\r\n'
printf '<!doctype html><title>Guestbook</title><h1>You are visitor number %s</h1>\n' "$number"
