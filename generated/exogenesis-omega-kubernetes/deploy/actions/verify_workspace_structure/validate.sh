#!/bin/sh
# from action.verify_workspace_structure
set -e
for member in crates/omega-tv-brain crates/omega-tv-sync crates/omega-tv-sdk crates/omega-constellation services/constellation-server services/federation-worker tools/omega-cli; do
  test -f "$member/Cargo.toml"
done
