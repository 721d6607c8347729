#!/bin/sh
# from action.cargo_clean
set -e
cargo +1.75 clean
