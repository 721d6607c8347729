#!/bin/sh
# from action.start_federation
set -e
docker compose rm --stop --force federation
