#!/bin/sh
# from action.await_constellation
set -e
docker exec -i omega-constellation-1 wget -q -O /dev/null http://127.0.0.1:8080/health/ready
docker exec -i omega-constellation-2 wget -q -O /dev/null http://127.0.0.1:8080/health/ready
docker exec -i omega-constellation-3 wget -q -O /dev/null http://127.0.0.1:8080/health/ready
