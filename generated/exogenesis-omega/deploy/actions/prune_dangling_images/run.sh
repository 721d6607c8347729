#!/bin/sh
# from action.prune_dangling_images
set -e
docker image prune --force --filter 'label=org.opencontainers.image.vendor=Exogenesis Omega'
