#!/bin/sh
# from action.test_vector_search
set -e
nearest=$(${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t <<'SQL'
BEGIN;
INSERT INTO content_embeddings (content_id, title, embedding)
VALUES ('check', 'Check', ('[1' || repeat(',0', 383) || ']')::vector);
SELECT content_id FROM content_embeddings
ORDER BY embedding <=> ('[1' || repeat(',0', 383) || ']')::vector
LIMIT 1;
ROLLBACK;
SQL
)
test "$nearest" = check
