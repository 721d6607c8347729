#!/bin/sh
# from action.generate_system_report
set -e
test -s .omegagen/reports/deployment-report.md
