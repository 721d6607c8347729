#!/bin/sh
# from action.test_grpc_sync
set -e
for address in 127.0.0.1:50051 127.0.0.1:50052 127.0.0.1:50053; do
  services=$(../../examples/constellation/app/bin/constellationctl list "$address")
  printf '%s\n' "$services" | grep -qx 'constellation.v1.SyncService'
  printf '%s\n' "$services" | grep -qx 'grpc.health.v1.Health'
done
