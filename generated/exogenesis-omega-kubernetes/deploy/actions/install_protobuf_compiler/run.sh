#!/bin/sh
# from action.install_protobuf_compiler
set -e
if ! command -v protoc; then
  echo "protoc is missing. Install protobuf-compiler 3 or later with your system's package manager." >&2
  exit 1
fi
