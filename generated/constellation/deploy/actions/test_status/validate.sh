#!/bin/sh
# from action.test_status
set -e
held=$(printf '%s\n' 'SELECT count(*) FROM content_embeddings' | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  body=$(curl -fsS --max-time 10 "$url/api/v1/status")
  printf '%s' "$body" | jq -e --argjson held "$held" '.status == "ok" and .database.primary and .database.content == $held' > /dev/null
done
