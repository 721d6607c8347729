#!/bin/sh
# from image.web
set -e
docker image inspect quickstart-web:1.0.0 >/dev/null
