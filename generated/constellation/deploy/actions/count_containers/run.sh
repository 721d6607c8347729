#!/bin/sh
# from action.count_containers
set -e
docker inspect --format '{{.State.Running}}' constellation-database constellation-constellation-1 constellation-constellation-2 constellation-constellation-3 constellation-federation constellation-prometheus constellation-alertmanager | grep -c true
