#!/bin/sh
# from action.start_replicas
set -e
docker compose up --detach --no-build --no-deps constellation-1 constellation-2 constellation-3
