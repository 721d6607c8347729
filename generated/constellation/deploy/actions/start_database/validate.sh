#!/bin/sh
# from action.start_database
set -e
test "$(docker inspect --format '{{.State.Running}}' constellation-database)" = true
