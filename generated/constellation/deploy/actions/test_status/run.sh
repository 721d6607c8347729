#!/bin/sh
# from action.test_status
set -e
curl -fsS --max-time 10 http://127.0.0.1:8080/api/v1/status
