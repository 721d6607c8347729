#!/bin/sh
# from action.start_prometheus
set -e
docker compose up --detach --no-build --no-deps prometheus
