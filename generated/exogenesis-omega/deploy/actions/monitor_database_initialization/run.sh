#!/bin/sh
# from action.monitor_database_initialization
set -e
docker compose up --detach --wait --no-build --no-deps --no-recreate --wait-timeout 120 database
