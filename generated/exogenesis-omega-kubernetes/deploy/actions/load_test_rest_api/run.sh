#!/bin/sh
# from action.load_test_rest_api
set -e
report=$(ab -q -n 100 -c 10 http://127.0.0.1:8080/health/ready)
printf '%s\n' "$report"
printf '%s\n' "$report" | awk '/^Failed requests:/ && $3 != 0 { exit 1 } /^Non-2xx responses:/ { exit 1 }'
printf '%s\n' "$report" | awk '$1 == "99%" { print $2 }'
