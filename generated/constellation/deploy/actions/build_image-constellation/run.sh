#!/bin/sh
# from action.build_image["constellation"]
set -e
docker build --progress plain -f Dockerfile.constellation -t constellation-server:1.0.0 ../../examples/constellation/app
