#!/bin/sh
# from action.verify_networking
set -e
for container in constellation-constellation-1 constellation-constellation-2 constellation-constellation-3; do
  docker exec "$container" bash -c '</dev/tcp/database/5432'
done
