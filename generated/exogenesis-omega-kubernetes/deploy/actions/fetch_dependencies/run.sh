#!/bin/sh
# from action.fetch_dependencies
set -e
if ! [ -f Cargo.lock ]; then
  echo "Cargo.lock is missing. Run 'cargo generate-lockfile' and commit the file: without it no build can be repeated." >&2
  exit 1
fi
cargo +1.75 fetch --locked
