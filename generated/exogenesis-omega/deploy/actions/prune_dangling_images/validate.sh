#!/bin/sh
# from action.prune_dangling_images
set -e
test -z "$(docker image ls --quiet --filter dangling=true --filter 'label=org.opencontainers.image.vendor=Exogenesis Omega')"
docker image inspect localhost:5000/omega-constellation:0.1.0 localhost:5000/omega-federation:0.1.0 > /dev/null
