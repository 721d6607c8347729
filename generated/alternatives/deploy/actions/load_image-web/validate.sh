#!/bin/sh
# from action.load_image["web"]
set -e
docker image inspect alternatives-web:1.0.0 > /dev/null
