#!/bin/sh
# from action.start_stack
set -e
test "$(docker inspect --format '{{.State.Running}}' omega-ruvector omega-constellation-1 omega-constellation-2 omega-constellation-3 omega-prometheus omega-grafana | sort -u)" = true
