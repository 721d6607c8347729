#!/bin/sh
# from image.postgres
set -e
docker pull pgvector/pgvector:0.8.0-pg17
