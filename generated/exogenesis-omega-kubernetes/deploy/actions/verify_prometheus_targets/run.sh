#!/bin/sh
# from action.verify_prometheus_targets
set -e
answer=$(curl -fsS --max-time 10 -G --data-urlencode 'query=count(up{job="constellation"} == 1)' http://127.0.0.1:9093/api/v1/query)
printf '%s' "$answer" | jq -r '.data.result[0].value[1] // "0"'
