#!/bin/sh
# from action.build_federation_worker
set -e
cargo +1.75 build --locked --release --bin federation-worker
strip target/release/federation-worker
