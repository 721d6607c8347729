#!/bin/sh
# from action.pull_image["web"]
set -e
docker image inspect alternatives-web:1.0.0 > /dev/null
