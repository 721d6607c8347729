#!/bin/sh
# from action.load_content
set -e
docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation <<'SQL'
INSERT INTO content_embeddings (content_id, title, embedding)
SELECT 'content-' || i, 'Content ' || i, (SELECT array_agg(sin(i * d * 0.37 + d) ORDER BY d)::vector FROM generate_series(1, 384) AS d)
FROM generate_series(1, 4000) AS i
ON CONFLICT (content_id) DO NOTHING;
ANALYZE content_embeddings;
SELECT count(*) FROM content_embeddings;
SQL
