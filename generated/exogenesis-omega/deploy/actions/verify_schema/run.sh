#!/bin/sh
# from action.verify_schema
set -e
docker exec -i omega-ruvector psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t < init-db.sql
docker exec -i omega-ruvector psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t < database/passwords.sql
