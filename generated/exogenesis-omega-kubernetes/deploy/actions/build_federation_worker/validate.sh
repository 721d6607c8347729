#!/bin/sh
# from action.build_federation_worker
set -e
test -x target/release/federation-worker
