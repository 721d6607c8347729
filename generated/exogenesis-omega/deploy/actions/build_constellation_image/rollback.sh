#!/bin/sh
# from action.build_constellation_image
set -e
docker image rm omega-constellation:0.1.0
