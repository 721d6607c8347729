#!/bin/sh
# from action.build_binary
set -e
test -x ../../examples/alternatives/src/out/server
