#!/bin/sh
# from criterion.services_start
set -e
docker inspect --format '{{.State.Running}}' constellation-database constellation-constellation-1 constellation-constellation-2 constellation-constellation-3 constellation-federation constellation-prometheus constellation-alertmanager | sort -u
