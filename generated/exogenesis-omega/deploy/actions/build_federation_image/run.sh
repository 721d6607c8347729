#!/bin/sh
# from action.build_federation_image
set -e
docker build -f Dockerfile.federation -t omega-federation:0.1.0 ../..
