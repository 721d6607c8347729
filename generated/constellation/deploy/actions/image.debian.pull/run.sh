#!/bin/sh
# from image.debian
set -e
docker pull debian:13.1-slim
