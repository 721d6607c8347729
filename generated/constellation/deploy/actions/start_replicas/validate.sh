#!/bin/sh
# from action.start_replicas
set -e
test "$(docker inspect --format '{{.State.Running}}' constellation-constellation-1 constellation-constellation-2 constellation-constellation-3 | sort -u)" = true
