#!/bin/sh
# from benchmark.rest_p99
set -e
report=$(ab -q -n 1000 -c 10 http://127.0.0.1:8080/health/ready)
printf '%s\n' "$report"
printf '%s\n' "$report" | awk '/^Failed requests:/ && $3 != 0 { exit 1 } /^Non-2xx responses:/ { exit 1 }'
printf '%s\n' "$report" | awk '$1 == "99%" { print $2 }'
