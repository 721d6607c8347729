#!/bin/sh
# from action.build_omega_tv_sync
set -e
test -s target/release/libomega_tv_sync.rlib
