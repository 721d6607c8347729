#!/bin/sh
# from action.build_image["federation"]
set -e
docker build --progress plain -f Dockerfile.federation -t constellation-federation:1.0.0 ../../examples/constellation/app
