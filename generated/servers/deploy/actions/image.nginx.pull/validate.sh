#!/bin/sh
# from image.nginx
set -e
docker image inspect nginx:1.27 >/dev/null
