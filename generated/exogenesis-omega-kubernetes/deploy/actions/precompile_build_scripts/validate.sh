#!/bin/sh
# from action.precompile_build_scripts
set -e
test -n "$(find target/debug/build -name build-script-build -type f)"
