#!/bin/sh
# from action.test_database_from_api
set -e
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  status=$(curl -sS --max-time 10 -o /dev/null -w '%{http_code}' "$url/health/ready")
  test "$status" = 200
done
