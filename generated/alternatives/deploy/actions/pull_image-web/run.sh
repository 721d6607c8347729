#!/bin/sh
# from action.pull_image["web"]
set -e
docker pull registry.example.org/release/alternatives-web:1.0.0
docker image tag registry.example.org/release/alternatives-web:1.0.0 alternatives-web:1.0.0
