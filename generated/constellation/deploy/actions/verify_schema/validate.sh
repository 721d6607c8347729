#!/bin/sh
# from action.verify_schema
set -e
tables=$(printf '%s\n' "SELECT string_agg(tablename, ' ' ORDER BY tablename COLLATE \"C\") FROM pg_tables WHERE schemaname = 'public'" | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)
test "$tables" = "content_embeddings devices federation_state patterns trending_content"
indexes=$(printf '%s\n' "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam WHERE amname = 'hnsw' AND indisvalid" | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)
test "$indexes" = 2
