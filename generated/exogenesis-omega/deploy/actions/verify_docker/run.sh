#!/bin/sh
# from action.verify_docker
set -e
docker info --format 'Docker Engine {{.ServerVersion}}'
docker compose version
