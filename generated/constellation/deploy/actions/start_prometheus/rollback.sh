#!/bin/sh
# from action.start_prometheus
set -e
docker compose rm --stop --force prometheus
