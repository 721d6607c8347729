#!/bin/sh
# from action.verify_network_connectivity
set -e
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-2 -- wget -q -O /dev/null http://constellation-1:8080/health
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-1 -- bash -c '</dev/tcp/database/5432'
