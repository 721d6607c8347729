#!/bin/sh
# from action.clean
set -e
make -C ../src clean
