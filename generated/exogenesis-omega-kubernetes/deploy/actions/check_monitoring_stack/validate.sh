#!/bin/sh
# from action.check_monitoring_stack
set -e
curl -fsS --max-time 10 -o /dev/null http://127.0.0.1:9093/-/healthy
curl -fsS --max-time 10 -o /dev/null http://127.0.0.1:3000/api/health
