#!/bin/sh
# from action.create_env_configuration
set -e
# A secret that a script names is made before the script runs, unless it
# is there.
test -n "$POSTGRES_PASSWORD"
test -n "$OMEGA_APP_PASSWORD"
test -n "$OMEGA_FEDERATION_PASSWORD"
test -n "$GRAFANA_PASSWORD"
