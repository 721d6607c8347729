#!/bin/sh
# from action.pull_image["api"]
set -e
docker image inspect alternatives-api:1.0.0 > /dev/null
