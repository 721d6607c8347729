#!/bin/sh
# from action.verify_grpc_dependencies
set -e
test -n "$(find proto -name '*.proto')"
metadata=$(cargo +1.75 metadata --locked --offline --format-version 1)
printf '%s' "$metadata" | jq -e '["tonic", "prost"] - [.packages[].name] | length == 0' > /dev/null
