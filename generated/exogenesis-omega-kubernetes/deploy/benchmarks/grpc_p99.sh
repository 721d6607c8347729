#!/bin/sh
# from benchmark.grpc_p99
set -e
report=$(ghz --insecure --call grpc.health.v1.Health/Check -c 10 -n 1000 -O json 127.0.0.1:50051)
printf '%s' "$report" | jq -e '.errorDistribution | length == 0' > /dev/null
printf '%s' "$report" | jq '.latencyDistribution[] | select(.percentage == 99) | .latency / 1000000'
