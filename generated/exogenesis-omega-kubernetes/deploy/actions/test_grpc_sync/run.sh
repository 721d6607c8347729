#!/bin/sh
# from action.test_grpc_sync
set -e
for address in 127.0.0.1:50051 127.0.0.1:50052 127.0.0.1:50053; do
  grpcurl -plaintext -max-time 10 "$address" list
done
