#!/bin/sh
# from action.verify_schema
set -e
docker exec -i omega-ruvector psql -X -q -A -t -v ON_ERROR_STOP=1 -U omega -d omega < init-db.sql
docker exec -i omega-ruvector psql -X -q -A -t -v ON_ERROR_STOP=1 -U omega -d omega < database/passwords.sql
