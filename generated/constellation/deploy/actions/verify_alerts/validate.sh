#!/bin/sh
# from action.verify_alerts
set -e
# The watchdog arrives.
answer=$(curl -fsS --max-time 10 'http://127.0.0.1:9193/api/v2/alerts')
printf '%s' "$answer" | jq -e 'any(.labels.alertname == "Watchdog")' > /dev/null
answer=$(curl -fsS --max-time 10 'http://127.0.0.1:9093/api/v1/rules?type=alert')
evaluated=$(printf '%s' "$answer" | jq -r '[.data.groups[].rules[] | select(.health == "ok") | .name] | sort | join(" ")')
test "$evaluated" = 'ConstellationDown ConstellationWithoutRedundancy DatabaseUnreachable FederationDown FederationStalled SyncErrors Watchdog'
