#!/bin/sh
# from action.tag_images
set -e
docker image rm localhost:5000/omega-constellation:0.1.0 localhost:5000/omega-federation:0.1.0
