#!/bin/sh
# from action.build_image["federation"]
set -e
docker image inspect constellation-federation:1.0.0 > /dev/null
