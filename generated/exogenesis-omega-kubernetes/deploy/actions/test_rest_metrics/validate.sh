#!/bin/sh
# from action.test_rest_metrics
set -e
for url in http://127.0.0.1:9090/metrics http://127.0.0.1:9091/metrics http://127.0.0.1:9092/metrics; do
  metrics=$(curl -fsS --max-time 10 "$url")
  printf '%s\n' "$metrics" | grep -q '^constellation_server_starts_total '
done
