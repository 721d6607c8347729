#!/bin/sh
# from action.build_omega_tv_sdk
set -e
cargo +1.75 build --locked --release -p omega-tv-sdk
