#!/bin/sh
# from action.test_grpc_sync
set -e
for address in 127.0.0.1:50051 127.0.0.1:50052 127.0.0.1:50053; do
  ../../examples/constellation/app/bin/constellationctl sync "$address" 00000000-0000-4000-8000-000000000000 5
done
