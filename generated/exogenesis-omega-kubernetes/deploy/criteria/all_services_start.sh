#!/bin/sh
# from criterion.all_services_start
set -e
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- true
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-1 -- true
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-2 -- true
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-3 -- true
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/prometheus -- true
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/grafana -- true
