#!/bin/sh
# from action.install_protobuf_compiler
set -e
test "$(protoc --version | cut -d ' ' -f 2 | cut -d . -f 1)" -ge 3
