#!/bin/sh
# from action.fetch_dependencies
set -e
cargo +1.75 fetch --locked --offline
