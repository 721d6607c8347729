#!/bin/sh
# from criterion.rust_crates_compile
set -e
for binary in constellation-server federation-worker omega-cli; do
  test -x "target/release/$binary"
done
test "$(wc -c < target/release/constellation-server)" -lt 104857600
