#!/bin/sh
# from benchmark.vector_search
set -e
plan=$(docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation <<'SQL'
EXPLAIN (ANALYZE, FORMAT JSON)
SELECT content_id FROM content_embeddings
ORDER BY embedding <=> (SELECT embedding FROM content_embeddings WHERE content_id = 'content-1')
LIMIT 10;
SQL
)
printf '%s' "$plan" | jq '.[0]["Execution Time"]'
