#!/bin/sh
# from image.golang
set -e
docker pull golang:1.24-trixie
