#!/bin/sh
# from action.verify_index
set -e
mkdir -p .omegagen/reports
rm -f .omegagen/reports/vector-search.json
docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation > .omegagen/reports/vector-search.new <<'SQL'
EXPLAIN (ANALYZE, FORMAT JSON)
SELECT content_id FROM content_embeddings
ORDER BY embedding <=> (SELECT embedding FROM content_embeddings WHERE content_id = 'content-1')
LIMIT 10;
SQL
mv .omegagen/reports/vector-search.new .omegagen/reports/vector-search.json
jq -r '.. | objects | ."Index Name"? // empty' .omegagen/reports/vector-search.json
