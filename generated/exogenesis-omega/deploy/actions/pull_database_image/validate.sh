#!/bin/sh
# from action.pull_database_image
set -e
docker image inspect pgvector/pgvector:0.8.0-pg17 prom/prometheus:v3.5.0 grafana/grafana:11.6.0 > /dev/null
