#!/bin/sh
# from image.haproxy
set -e
docker pull haproxy:3.0
