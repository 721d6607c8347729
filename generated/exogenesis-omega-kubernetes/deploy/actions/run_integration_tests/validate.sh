#!/bin/sh
# from action.run_integration_tests
set -e
test "$(tail -n 1 .omegagen/reports/integration.txt)" = 'All tests passed'
