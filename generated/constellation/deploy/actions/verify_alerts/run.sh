#!/bin/sh
# from action.verify_alerts
set -e
docker exec constellation-prometheus promtool check config /etc/prometheus/prometheus.yml
