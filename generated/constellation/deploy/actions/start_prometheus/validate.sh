#!/bin/sh
# from action.start_prometheus
set -e
test "$(docker inspect --format '{{.State.Running}}' constellation-prometheus)" = true
