#!/bin/sh
# from action.run_integration_tests
set -e
mkdir -p .omegagen/reports
rm -f .omegagen/reports/integration.txt
./tests/integration.sh > .omegagen/reports/integration.new
mv .omegagen/reports/integration.new .omegagen/reports/integration.txt
cat .omegagen/reports/integration.txt
