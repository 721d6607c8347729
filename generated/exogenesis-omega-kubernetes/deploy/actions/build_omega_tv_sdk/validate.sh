#!/bin/sh
# from action.build_omega_tv_sdk
set -e
test -s target/release/libomega_tv_sdk.rlib
