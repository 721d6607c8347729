#!/bin/sh
# from action.inspect_logs
set -e
docker compose logs --no-color --tail 20 constellation-1 constellation-2 constellation-3
