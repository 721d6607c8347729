#!/bin/sh
# from action.build_constellation_server
set -e
test -x target/release/constellation-server
test "$(wc -c < target/release/constellation-server)" -lt 104857600
