#!/bin/sh
# from action.verify_omega_crates
set -e
cargo +1.75 tree --locked --offline --workspace --depth 1
