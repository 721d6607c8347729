#!/bin/sh
# from action.report
set -e
test "$(grep -c ' running ' .omegagen/reports/system.txt)" = 7
