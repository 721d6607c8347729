#!/bin/sh
# from image.haproxy
set -e
docker image inspect haproxy:3.0 >/dev/null
