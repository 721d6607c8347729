#!/bin/sh
# from action.pull_image["api"]
set -e
docker pull registry.example.org/release/alternatives-api:1.0.0
docker image tag registry.example.org/release/alternatives-api:1.0.0 alternatives-api:1.0.0
