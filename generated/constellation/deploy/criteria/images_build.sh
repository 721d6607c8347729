#!/bin/sh
# from criterion.images_build
set -e
for image in constellation-server:1.0.0 constellation-federation:1.0.0; do
  test "$(docker image inspect --format '{{.Size}}' "$image")" -lt 157286400
done
