#!/bin/sh
# from action.test_rest_health
set -e
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  body=$(curl -fsS --max-time 10 "$url/health")
  printf '%s' "$body" | jq -e '.status == "healthy"' > /dev/null
done
