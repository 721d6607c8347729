#!/bin/sh
# from action.build_omega_constellation
set -e
cargo +1.75 build --locked --release -p omega-constellation
