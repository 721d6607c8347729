#!/bin/sh
# from action.start_database
set -e
docker compose rm --stop --force database
