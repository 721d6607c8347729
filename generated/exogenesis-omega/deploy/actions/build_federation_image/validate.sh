#!/bin/sh
# from action.build_federation_image
set -e
test "$(docker image inspect --format '{{.Size}}' omega-federation:0.1.0)" -lt 104857600
