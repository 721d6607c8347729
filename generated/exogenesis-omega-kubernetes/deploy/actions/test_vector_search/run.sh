#!/bin/sh
# from action.test_vector_search
set -e
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t <<'SQL'
SELECT indexname FROM pg_indexes WHERE tablename = 'content_embeddings' ORDER BY indexname;
SQL
