#!/bin/sh
# from action.build_constellation_image
set -e
docker build -f Dockerfile.constellation -t omega-constellation:0.1.0 ../..
