#!/bin/sh
# from action.test_raft_consensus
set -e
durable=$(printf '%s\n' "SELECT bool_and(setting = 'on') FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')" | docker exec -i omega-ruvector psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
test "$durable" = t
written=$(printf '%s\n' 'SELECT pg_current_xact_id()' | docker exec -i omega-ruvector psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
status=$(printf '%s\n' "SELECT pg_xact_status('$written'::xid8)" | docker exec -i omega-ruvector psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
test "$status" = committed
