#!/bin/sh
# from action.set_up_alerts
set -e
${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/prometheus -- promtool check config /etc/prometheus/prometheus.yml
