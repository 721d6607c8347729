#!/bin/sh
# from criterion.all_services_start
set -e
docker exec -i omega-ruvector true
docker exec -i omega-constellation-1 true
docker exec -i omega-constellation-2 true
docker exec -i omega-constellation-3 true
docker exec -i omega-prometheus true
docker exec -i omega-grafana true
