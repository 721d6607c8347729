#!/bin/sh
# from action.verify_image_labels
set -e
test "$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' localhost:5000/omega-constellation:0.1.0)" = 0.1.0
