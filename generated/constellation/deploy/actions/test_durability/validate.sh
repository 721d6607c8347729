#!/bin/sh
# from action.test_durability
set -e
durable=$(printf '%s\n' "SELECT bool_and(setting = 'on') AND NOT pg_is_in_recovery() FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')" | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)
test "$durable" = t
written=$(printf '%s\n' 'SELECT pg_current_xact_id()' | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)
test "$written" -gt 0
