#!/bin/sh
# from action.check_sqlx_compatibility
set -e
metadata=$(cargo +1.75 metadata --locked --offline --format-version 1)
# sqlx uses PostgreSQL, and at most one SQLite library is linked.
printf '%s' "$metadata" | jq -e '
  (.packages | map(select(.name == "sqlx") | .id)) as $sqlx
  | any(.resolve.nodes[] | select(.id | IN($sqlx[])) | .features[]; . == "postgres")
    and (.packages | map(select(.name == "libsqlite3-sys")) | length <= 1)' > /dev/null
