#!/bin/sh
# from criterion.all_services_start
set -e
test "$(docker inspect --format '{{.State.Running}}' omega-ruvector omega-constellation-1 omega-constellation-2 omega-constellation-3 omega-prometheus omega-grafana | sort -u)" = true
