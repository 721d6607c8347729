#!/bin/sh
# from action.check_docker
set -e
docker compose up --help | grep -q -e --wait
