#!/bin/sh
# from action.query_prometheus_metrics
set -e
answer=$(curl -fsS --max-time 10 -G --data-urlencode 'query=constellation_server_starts_total{job="constellation"}' http://127.0.0.1:9093/api/v1/query)
printf '%s' "$answer" | jq -e '.data.result | length == 3' > /dev/null
