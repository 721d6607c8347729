#!/bin/sh
# from action.pull_image["worker"]
set -e
docker image inspect alternatives-worker:1.0.0 > /dev/null
