#!/bin/sh
# from action.build["constellationctl"]
set -e
test -x bin/constellationctl
