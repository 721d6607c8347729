#!/bin/sh
# from action.make_secrets
set -e
# A secret that a script refers to is generated before the script runs, if missing.
test -n "$POSTGRES_PASSWORD"
test -n "$CONSTELLATION_PASSWORD"
test -n "$FEDERATION_PASSWORD"
test -n "$GRAFANA_PASSWORD"
