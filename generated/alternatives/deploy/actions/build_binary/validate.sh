#!/bin/sh
# from action.build_binary
set -e
test -x ../src/out/server
