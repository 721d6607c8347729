#!/bin/sh
# from action.query_prometheus_metrics
set -e
curl -fsS --max-time 10 -G --data-urlencode 'query=up' http://127.0.0.1:9093/api/v1/query
