#!/bin/sh
# from criterion.docker_images_build
set -e
for image in localhost:5000/omega-constellation:0.1.0 localhost:5000/omega-federation:0.1.0; do
  test "$(docker image inspect --format '{{.Size}}' "$image")" -lt 104857600
done
