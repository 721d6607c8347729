#!/bin/sh
# from action.count_containers
set -e
test "$(docker inspect --format '{{.State.Health.Status}}' constellation-database constellation-constellation-1 constellation-constellation-2 constellation-constellation-3 constellation-federation constellation-prometheus constellation-alertmanager | sort -u)" = healthy
