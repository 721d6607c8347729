#!/bin/sh
# from action.start_alertmanager
set -e
docker compose rm --stop --force alertmanager
