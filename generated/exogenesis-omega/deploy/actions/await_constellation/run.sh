#!/bin/sh
# from action.await_constellation
set -e
docker compose up --detach --wait --no-build --no-deps --no-recreate --wait-timeout 90 constellation-1 constellation-2 constellation-3
docker inspect omega-constellation-1 omega-constellation-2 omega-constellation-3 | jq '[.[] | select(.State.Health.Status == "healthy")] | length'
