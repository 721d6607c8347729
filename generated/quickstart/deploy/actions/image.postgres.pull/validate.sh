#!/bin/sh
# from image.postgres
set -e
docker image inspect postgres:17.5-bookworm >/dev/null
