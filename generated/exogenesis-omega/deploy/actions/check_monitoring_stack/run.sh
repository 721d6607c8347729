#!/bin/sh
# from action.check_monitoring_stack
set -e
docker compose up --detach --wait --no-build --no-deps --no-recreate --wait-timeout 90 prometheus grafana
healthy=0
if docker exec -i omega-constellation-1 wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if docker exec -i omega-constellation-2 wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if docker exec -i omega-constellation-3 wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if docker exec -i omega-ruvector pg_isready -q -h 127.0.0.1 -U omega; then healthy=$((healthy + 1)); fi
if docker exec -i omega-prometheus wget -q -O /dev/null http://127.0.0.1:9090/-/healthy; then healthy=$((healthy + 1)); fi
if docker exec -i omega-grafana wget -q -O /dev/null http://127.0.0.1:3000/api/health; then healthy=$((healthy + 1)); fi
echo "$healthy"
