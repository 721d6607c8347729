#!/bin/sh
# from action.clean
set -e
make -C ../../examples/alternatives/src clean
