#!/bin/sh
# from action.verify_schema
set -e
docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation <<'SQL'
SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname;
SQL
