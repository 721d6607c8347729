#!/bin/sh
# from action.start_stack
set -e
docker compose down
