#!/bin/sh
# from action.import_dashboard
set -e
ls -l grafana/dashboards
