#!/bin/sh
# from action.build_image["constellation"]
set -e
docker image inspect constellation-server:1.0.0 > /dev/null
