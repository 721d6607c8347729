#!/bin/sh
# Asks Prometheus the query of every panel of every dashboard, as Grafana would.
# A panel without an answer is named, and ends this with status 1.
set -eu

queries=$(jq -r '.. | objects | .targets? // empty | .[].expr | gsub("\\$__rate_interval"; "1m") | gsub("\n"; " ")' grafana/dashboards/*.json)
test -n "$queries"
printf '%s\n' "$queries" | while IFS= read -r query; do
  answer=$(curl -fsS --max-time 10 -G --data-urlencode "query=$query" http://127.0.0.1:9093/api/v1/query)
  series=$(printf '%s' "$answer" | jq '.data.result | length')
  if [ "$series" -eq 0 ]; then
    echo "No data: $query" >&2
    exit 1
  fi
  echo "$series series: $query"
done
echo 'All panels have data'
