#!/bin/sh
# from action.start_federation
set -e
docker compose up --detach --no-build --no-deps federation
