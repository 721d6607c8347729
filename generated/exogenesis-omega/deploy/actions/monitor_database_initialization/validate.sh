#!/bin/sh
# from action.monitor_database_initialization
set -e
primary=$(printf '%s\n' 'SELECT NOT pg_is_in_recovery()' | docker exec -i omega-ruvector psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)
test "$primary" = t
