#!/bin/sh
# from action.verify_network_connectivity
set -e
test "$(docker network inspect --format '{{len .Containers}}' exogenesis-omega_omega-net)" -eq 6
