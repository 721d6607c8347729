#!/bin/sh
# from action.load_test_rest_api
set -e
curl -fsS --max-time 0.5 -o /dev/null http://127.0.0.1:8080/health/ready
