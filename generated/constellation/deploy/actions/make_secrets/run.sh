#!/bin/sh
# from action.make_secrets
set -e
# A secret that a script names is made before the script runs, unless it is there.
test -n "$POSTGRES_PASSWORD"
test -n "$CONSTELLATION_PASSWORD"
test -n "$FEDERATION_PASSWORD"
test -n "$GRAFANA_PASSWORD"
