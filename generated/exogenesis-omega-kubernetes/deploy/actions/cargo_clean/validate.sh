#!/bin/sh
# from action.cargo_clean
set -e
test ! -e target/release && test ! -e target/debug
