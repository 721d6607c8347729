#!/bin/sh
# from image.golang
set -e
docker image inspect golang:1.24-trixie >/dev/null
