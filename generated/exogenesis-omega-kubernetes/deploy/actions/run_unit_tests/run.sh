#!/bin/sh
# from action.run_unit_tests
set -e
cargo +1.75 test --locked --release --workspace --no-run
