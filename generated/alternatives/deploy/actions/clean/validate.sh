#!/bin/sh
# from action.clean
set -e
test ! -e ../../examples/alternatives/src/out
