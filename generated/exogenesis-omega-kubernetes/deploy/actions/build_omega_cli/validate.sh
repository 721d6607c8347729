#!/bin/sh
# from action.build_omega_cli
set -e
./target/release/omega-cli --version > /dev/null
