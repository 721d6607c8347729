#!/bin/sh
# from action.test_similar
set -e
first=
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  body=$(curl -fsS --max-time 10 "$url/api/v1/similar?content_id=content-1&limit=5")
  found=$(printf '%s' "$body" | jq -er '.similar | if length == 5 then map(.content_id) | join(" ") else empty end')
  test "$found" = "${first:-$found}"
  first=$found
done
