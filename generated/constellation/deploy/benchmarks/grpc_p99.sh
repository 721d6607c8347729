#!/bin/sh
# from benchmark.grpc_p99
set -e
../../examples/constellation/app/bin/constellationctl bench-grpc 127.0.0.1:50051 500 5
