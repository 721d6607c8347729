#!/bin/sh
# from action.load_image["worker"]
set -e
docker image inspect alternatives-worker:1.0.0 > /dev/null
