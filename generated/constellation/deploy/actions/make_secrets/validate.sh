#!/bin/sh
# from action.make_secrets
set -e
for value in "$POSTGRES_PASSWORD" "$CONSTELLATION_PASSWORD" "$FEDERATION_PASSWORD" "$GRAFANA_PASSWORD"; do
  test "${#value}" -eq 24
done
