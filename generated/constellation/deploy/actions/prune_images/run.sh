#!/bin/sh
# from action.prune_images
set -e
docker image prune --force --filter 'label=org.opencontainers.image.source=https://github.com/omegagen/omegagen' --filter 'label=org.opencontainers.image.version=1.0.0'
