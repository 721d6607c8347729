#!/bin/sh
# from action.benchmark_vector_search
set -e
mkdir -p .omegagen/reports
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t -v vectors=10000 > .omegagen/reports/vector-search.new <<'SQL'
BEGIN;
INSERT INTO content_embeddings (content_id, title, embedding)
SELECT 'benchmark-' || i, 'Benchmark', (SELECT array_agg(random() + 0 * (i + d))::vector FROM generate_series(1, 384) AS d)
FROM generate_series(1, :vectors) AS i;
ANALYZE content_embeddings;
SET LOCAL hnsw.ef_search = 100;
EXPLAIN (ANALYZE, FORMAT JSON)
SELECT content_id FROM content_embeddings
ORDER BY embedding <=> (SELECT embedding FROM content_embeddings WHERE content_id = 'benchmark-1')
LIMIT 100;
ROLLBACK;
SQL
mv .omegagen/reports/vector-search.new .omegagen/reports/vector-search.json
jq '.[0]["Execution Time"]' .omegagen/reports/vector-search.json
