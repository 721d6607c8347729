#!/bin/sh
# from action.archive_symbols
set -e
objcopy --only-keep-debug ../src/out/server .omegagen/server.debug
