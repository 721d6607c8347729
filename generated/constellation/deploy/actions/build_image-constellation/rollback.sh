#!/bin/sh
# from action.build_image["constellation"]
set -e
docker image rm constellation-server:1.0.0
