#!/bin/sh
# from action.build_image["federation"]
set -e
docker image rm constellation-federation:1.0.0
