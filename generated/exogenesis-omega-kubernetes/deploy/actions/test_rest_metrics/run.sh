#!/bin/sh
# from action.test_rest_metrics
set -e
curl -fsS --max-time 10 http://127.0.0.1:9090/metrics
