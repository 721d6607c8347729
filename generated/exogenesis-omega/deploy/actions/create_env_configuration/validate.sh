#!/bin/sh
# from action.create_env_configuration
set -e
for value in "$POSTGRES_PASSWORD" "$OMEGA_APP_PASSWORD" "$OMEGA_FEDERATION_PASSWORD" "$GRAFANA_PASSWORD"; do
  test "${#value}" -eq 24
done
