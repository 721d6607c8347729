#!/bin/sh
# from action.build_omega_constellation
set -e
test -s target/release/libomega_constellation.rlib
