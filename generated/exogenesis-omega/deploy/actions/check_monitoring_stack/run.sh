#!/bin/sh
# from action.check_monitoring_stack
set -e
docker compose up --detach --wait --no-build --no-deps --no-recreate --wait-timeout 90 prometheus grafana
docker inspect omega-ruvector omega-constellation-1 omega-constellation-2 omega-constellation-3 omega-prometheus omega-grafana | jq '[.[] | select(.State.Health.Status == "healthy")] | length'
