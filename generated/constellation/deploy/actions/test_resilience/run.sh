#!/bin/sh
# from action.test_resilience
set -e
docker stop constellation-constellation-1
status=0
for url in http://127.0.0.1:8081 http://127.0.0.1:8082; do
  curl -fsS --max-time 10 "$url/ready" || status=1
done
docker start constellation-constellation-1
tries=0
until curl -fsS --max-time 5 http://127.0.0.1:8080/ready; do
  tries=$((tries + 1))
  test "$tries" -lt 60
  sleep 1
done
exit "$status"
