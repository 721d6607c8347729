#!/bin/sh
# from action.start_alertmanager
set -e
docker compose up --detach --no-build --no-deps alertmanager
