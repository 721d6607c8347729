#!/bin/sh
# from action.verify_rust_toolchain
set -e
if ! rustc +1.75 --version; then
  rustup toolchain install 1.75 --profile minimal
fi
cargo +1.75 --version
