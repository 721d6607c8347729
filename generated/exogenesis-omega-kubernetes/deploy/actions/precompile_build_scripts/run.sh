#!/bin/sh
# from action.precompile_build_scripts
set -e
cargo +1.75 build --locked --workspace --lib --all-features
