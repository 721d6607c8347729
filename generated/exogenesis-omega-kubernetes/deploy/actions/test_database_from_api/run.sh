#!/bin/sh
# from action.test_database_from_api
set -e
curl -sS --max-time 10 http://127.0.0.1:8080/health/detailed
