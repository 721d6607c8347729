#!/bin/sh
# from image.redis
set -e
docker image inspect redis:7.4 >/dev/null
