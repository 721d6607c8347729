#!/bin/sh
# from action.test_raft_consensus
set -e
durable=$(printf '%s\n' "SELECT bool_and(setting = 'on') FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')" | ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
test "$durable" = t
written=$(printf '%s\n' 'SELECT pg_current_xact_id()' | ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
status=$(printf '%s\n' "SELECT pg_xact_status('$written'::xid8)" | ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
test "$status" = committed
