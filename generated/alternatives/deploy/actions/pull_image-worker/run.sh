#!/bin/sh
# from action.pull_image["worker"]
set -e
docker pull registry.example.org/release/alternatives-worker:1.0.0
docker image tag registry.example.org/release/alternatives-worker:1.0.0 alternatives-worker:1.0.0
