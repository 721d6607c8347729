#!/bin/sh
# from action.create_env_configuration
set -e
# A secret that a script uses is generated before the script runs, unless
# it exists.
test -n "$POSTGRES_PASSWORD"
test -n "$OMEGA_APP_PASSWORD"
test -n "$OMEGA_FEDERATION_PASSWORD"
test -n "$GRAFANA_PASSWORD"
