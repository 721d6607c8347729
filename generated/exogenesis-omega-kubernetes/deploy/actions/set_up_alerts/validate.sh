#!/bin/sh
# from action.set_up_alerts
set -e
answer=$(curl -fsS --max-time 10 'http://127.0.0.1:9093/api/v1/rules?type=alert')
printf '%s' "$answer" | jq -e 'any(.data.groups[].rules[]; .name == "ConstellationDown")' > /dev/null
