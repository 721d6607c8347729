#!/bin/sh
# from action.verify_image_labels
set -e
docker image inspect --format '{{json .Config.Labels}}' localhost:5000/omega-constellation:0.1.0
