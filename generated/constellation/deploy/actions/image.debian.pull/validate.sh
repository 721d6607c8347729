#!/bin/sh
# from image.debian
set -e
docker image inspect debian:13.1-slim >/dev/null
