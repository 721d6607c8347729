#!/bin/sh
# from action.build_binary
set -e
make -C ../../examples/alternatives/src out/server
