#!/bin/sh
# from action.start_database
set -e
docker compose up --detach --no-build --no-deps database
