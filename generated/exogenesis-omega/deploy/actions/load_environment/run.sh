#!/bin/sh
# from action.load_environment
set -e
docker compose config --services
