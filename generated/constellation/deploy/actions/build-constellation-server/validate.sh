#!/bin/sh
# from action.build["constellation-server"]
set -e
test -x bin/constellation-server
