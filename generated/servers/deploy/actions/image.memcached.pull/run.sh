#!/bin/sh
# from image.memcached
set -e
docker pull memcached:1.6
