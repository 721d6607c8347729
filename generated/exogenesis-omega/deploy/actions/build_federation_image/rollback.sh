#!/bin/sh
# from action.build_federation_image
set -e
docker image rm omega-federation:0.1.0
