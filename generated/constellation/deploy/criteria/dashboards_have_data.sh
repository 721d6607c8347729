#!/bin/sh
# from criterion.dashboards_have_data
set -e
./tests/panels.sh
