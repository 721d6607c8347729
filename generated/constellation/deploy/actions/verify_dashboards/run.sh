#!/bin/sh
# from action.verify_dashboards
set -e
./tests/panels.sh
