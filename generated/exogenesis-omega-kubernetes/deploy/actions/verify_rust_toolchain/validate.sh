#!/bin/sh
# from action.verify_rust_toolchain
set -e
test "$(rustc +1.75 --version | cut -d ' ' -f 2 | cut -d . -f 1,2)" = 1.75
