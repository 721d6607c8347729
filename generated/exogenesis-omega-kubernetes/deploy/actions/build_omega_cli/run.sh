#!/bin/sh
# from action.build_omega_cli
set -e
cargo +1.75 build --locked --release --bin omega-cli
