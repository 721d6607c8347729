#!/bin/sh
# from action.load_test
set -e
../../examples/constellation/app/bin/constellationctl bench-rest http://127.0.0.1:8080/api/v1/status 300 5
