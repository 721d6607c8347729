#!/bin/sh
# from action.test_raft_consensus
set -e
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t <<'SQL'
SELECT name || ' = ' || setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name;
SQL
