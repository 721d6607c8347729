#!/bin/sh
# from action.tag_images
set -e
server=$(docker image inspect --format '{{.Id}}' omega-constellation:0.1.0)
worker=$(docker image inspect --format '{{.Id}}' omega-federation:0.1.0)
test "$(docker image inspect --format '{{.Id}}' localhost:5000/omega-constellation:0.1.0)" = "$server"
test "$(docker image inspect --format '{{.Id}}' localhost:5000/omega-federation:0.1.0)" = "$worker"
