#!/bin/sh
# from action.await_constellation
set -e
# the rollout is complete already
healthy=0
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-1 -- wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-2 -- wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
if ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/constellation-3 -- wget -q -O /dev/null http://127.0.0.1:8080/health/ready; then healthy=$((healthy + 1)); fi
echo "$healthy"
