#!/bin/sh
# from action.verify_images
set -e
for image in constellation-server:1.0.0 constellation-federation:1.0.0; do
  test "$(docker image inspect --format '{{.Size}}' "$image")" -lt 157286400
  test "$(docker image inspect --format '{{.Config.User}}' "$image")" = 10001:10001
  test "$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' "$image")" = 1.0.0
  test "$(docker image inspect --format '{{index .Config.Healthcheck.Test 2}}' "$image")" = health
done
