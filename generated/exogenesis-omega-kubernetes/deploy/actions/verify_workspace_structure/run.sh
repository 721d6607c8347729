#!/bin/sh
# from action.verify_workspace_structure
set -e
metadata=$(cargo +1.75 metadata --no-deps --format-version 1)
printf '%s' "$metadata" | jq '.workspace_members | length'
