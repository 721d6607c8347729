#!/bin/sh
# from action.inspect_service_logs
set -e
docker compose logs --no-color --tail 50 constellation-1 constellation-2 constellation-3
