#!/bin/sh
# from action.set_up_alerts
set -e
docker exec -i omega-prometheus promtool check config /etc/prometheus/prometheus.yml
