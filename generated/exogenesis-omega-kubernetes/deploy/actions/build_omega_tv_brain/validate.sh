#!/bin/sh
# from action.build_omega_tv_brain
set -e
test -s target/release/libomega_tv_brain.rlib
