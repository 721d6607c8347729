#!/bin/sh
# from action.check_docker
set -e
docker info --format 'Docker Engine {{.ServerVersion}}, {{.Driver}}'
docker compose version
