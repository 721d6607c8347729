#!/bin/sh
# from action.build_binary
set -e
make -C ../src out/server
