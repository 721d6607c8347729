#!/bin/sh
# from action.build_constellation_server
set -e
cargo +1.75 build --locked --release --bin constellation-server
strip target/release/constellation-server
