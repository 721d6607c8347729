#!/bin/sh
# from action.await_constellation
set -e
test "$(docker inspect --format '{{.State.Health.Status}}' omega-constellation-1 omega-constellation-2 omega-constellation-3 | sort -u)" = healthy
