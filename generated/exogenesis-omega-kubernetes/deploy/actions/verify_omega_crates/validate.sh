#!/bin/sh
# from action.verify_omega_crates
set -e
metadata=$(cargo +1.75 metadata --locked --offline --format-version 1)
printf '%s' "$metadata" | jq -e '
  [.packages[].name] as $resolved
  | [.packages[] | select(.source == null) | .dependencies[].name | select(startswith("omega-"))] - $resolved
  | length == 0' > /dev/null
