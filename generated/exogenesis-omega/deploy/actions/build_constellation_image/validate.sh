#!/bin/sh
# from action.build_constellation_image
set -e
test "$(docker image inspect --format '{{.Size}}' omega-constellation:0.1.0)" -lt 104857600
