#!/bin/sh
# from image.web
set -e
docker build -f Dockerfile.web -t quickstart-web:1.0.0 .
