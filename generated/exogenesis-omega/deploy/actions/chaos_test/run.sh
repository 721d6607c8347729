#!/bin/sh
# from action.chaos_test
set -e
# In any case, the replica is started again.
trap 'docker start omega-constellation-2 > /dev/null' EXIT
docker kill omega-constellation-2
curl -fsS --max-time 10 -o /dev/null http://127.0.0.1:8080/health/ready
docker start omega-constellation-2
docker compose up --detach --wait --no-build --no-deps --no-recreate --wait-timeout 90 constellation-2
