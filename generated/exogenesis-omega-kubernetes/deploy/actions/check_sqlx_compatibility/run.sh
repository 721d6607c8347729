#!/bin/sh
# from action.check_sqlx_compatibility
set -e
cargo +1.75 tree --locked --offline --workspace --invert sqlx --edges features
