#!/bin/sh
# from action.archive_symbols
set -e
objcopy --only-keep-debug ../../examples/alternatives/src/out/server .omegagen/server.debug
