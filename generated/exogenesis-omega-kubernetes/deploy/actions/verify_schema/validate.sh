#!/bin/sh
# from action.verify_schema
set -e
tables=$(printf '%s\n' "SELECT string_agg(tablename, ' ' ORDER BY tablename COLLATE \"C\") FROM pg_tables WHERE schemaname = 'public'" | ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
test "$tables" = "content_embeddings devices federation_state patterns trending_content"
