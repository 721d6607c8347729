#!/bin/sh
# from image.nginx
set -e
docker pull nginx:1.27
