#!/bin/sh
# from action.pull_database_image
set -e
docker pull pgvector/pgvector:0.8.0-pg17
docker pull prom/prometheus:v3.5.0
docker pull grafana/grafana:11.6.0
