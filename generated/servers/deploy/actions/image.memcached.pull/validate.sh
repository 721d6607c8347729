#!/bin/sh
# from image.memcached
set -e
docker image inspect memcached:1.6 >/dev/null
