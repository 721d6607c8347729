#!/bin/sh
# from action.await_constellation
set -e
docker compose up --detach --wait --no-build --no-deps --no-recreate --wait-timeout 90 constellation-1 constellation-2 constellation-3
healthy=0
if docker exec -i omega-constellation-1 wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if docker exec -i omega-constellation-2 wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if docker exec -i omega-constellation-3 wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
echo "$healthy"
