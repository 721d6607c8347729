#!/bin/sh
# from action.verify_prometheus_targets
set -e
answer=$(curl -fsS --max-time 10 'http://127.0.0.1:9093/api/v1/targets?state=active')
printf '%s' "$answer" | jq -e '
  [.data.activeTargets[] | select(.labels.job == "constellation" and .health == "up")]
  | length == 3' > /dev/null
