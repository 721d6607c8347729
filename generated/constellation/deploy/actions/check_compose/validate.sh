#!/bin/sh
# from action.check_compose
set -e
docker compose config --quiet
