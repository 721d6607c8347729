#!/bin/sh
# from action.verify_network_connectivity
set -e
docker exec -i omega-constellation-2 wget -q -O /dev/null http://constellation-1:8080/health
docker exec -i omega-constellation-1 bash -c '</dev/tcp/database/5432'
