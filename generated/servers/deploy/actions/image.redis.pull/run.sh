#!/bin/sh
# from image.redis
set -e
docker pull redis:7.4
