#!/bin/sh
# from action.import_dashboard
set -e
answer=$(printf 'user = "admin:%s"\n' "$GRAFANA_PASSWORD" | curl -fsS --max-time 10 -K - http://127.0.0.1:3000/api/dashboards/uid/constellation-overview)
printf '%s' "$answer" | jq -e '.dashboard.title == "Exogenesis Omega - Constellation Overview"' > /dev/null
