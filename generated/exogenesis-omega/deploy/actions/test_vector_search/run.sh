#!/bin/sh
# from action.test_vector_search
set -e
docker exec -i omega-ruvector psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t <<'SQL'
SELECT indexname FROM pg_indexes WHERE tablename = 'content_embeddings' ORDER BY indexname;
SQL
