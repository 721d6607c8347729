#!/bin/sh
# from action.clean
set -e
test ! -e ../src/out
