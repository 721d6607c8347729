#!/bin/sh
# from action.prune_images
set -e
docker image inspect constellation-server:1.0.0 constellation-federation:1.0.0 > /dev/null
