#!/bin/sh
# from image.postgres
set -e
docker image inspect pgvector/pgvector:0.8.0-pg17 >/dev/null
