#!/bin/sh
# from action.start_alertmanager
set -e
test "$(docker inspect --format '{{.State.Running}}' constellation-alertmanager)" = true
