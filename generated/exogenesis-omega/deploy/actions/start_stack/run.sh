#!/bin/sh
# from action.start_stack
set -e
docker compose up --detach --no-build
docker compose ps --status running --quiet | wc -l
