#!/bin/sh
# from action.verify_grpc_dependencies
set -e
cargo +1.75 tree --locked --offline --workspace --depth 0 --invert tonic
cargo +1.75 tree --locked --offline --workspace --depth 0 --invert prost
# protoc must accept each interface.
find proto -name '*.proto' -exec protoc --proto_path proto --descriptor_set_out /dev/null {} +
