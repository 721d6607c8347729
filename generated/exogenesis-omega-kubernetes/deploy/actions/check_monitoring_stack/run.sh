#!/bin/sh
# from action.check_monitoring_stack
set -e
# the rollout is complete already
healthy=0
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-1 -- wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-2 -- wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-3 -- wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- pg_isready -q -h 127.0.0.1 -U omega; then healthy=$((healthy + 1)); fi
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/prometheus -- wget -q -O /dev/null http://127.0.0.1:9090/-/healthy; then healthy=$((healthy + 1)); fi
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/grafana -- wget -q -O /dev/null http://127.0.0.1:3000/api/health; then healthy=$((healthy + 1)); fi
echo "$healthy"
