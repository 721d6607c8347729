#!/bin/sh
# from action.start_replicas
set -e
docker compose rm --stop --force constellation-1 constellation-2 constellation-3
