#!/bin/sh
# from action.test_dashboard_rendering
set -e
sources=$(printf 'user = "admin:%s"\n' "$GRAFANA_PASSWORD" | curl -fsS --max-time 10 -K - http://127.0.0.1:3000/api/datasources)
source=$(printf '%s' "$sources" | jq -er '[.[] | select(.type == "prometheus")][0].uid')
answer=$(printf 'user = "admin:%s"\n' "$GRAFANA_PASSWORD" | curl -fsS --max-time 10 -K - "http://127.0.0.1:3000/api/datasources/proxy/uid/$source/api/v1/query?query=up")
printf '%s' "$answer" | jq -e '.status == "success"' > /dev/null
