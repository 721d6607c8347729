#!/bin/sh
# from benchmark.rest_p99
set -e
../../examples/constellation/app/bin/constellationctl bench-rest http://127.0.0.1:8080/api/v1/status 500 5
