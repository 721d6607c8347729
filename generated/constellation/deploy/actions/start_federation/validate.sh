#!/bin/sh
# from action.start_federation
set -e
test "$(docker inspect --format '{{.State.Running}}' constellation-federation)" = true
