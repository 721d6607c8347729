#!/bin/sh
# from action.generate_system_report
set -e
mkdir -p .omegagen/reports
report=.omegagen/reports/deployment-report.md
coverage=$(cd "$REPOSITORY" && cargo +1.75 llvm-cov --locked --workspace --summary-only --json)
percent=$(printf '%s' "$coverage" | jq '.data[0].totals.lines.percent')
containers=$(printf -- '- %s\n' constellation-1 constellation-2 constellation-3 database prometheus grafana)
usage='- see the metrics of the cluster'
{
  echo '# Exogenesis Omega: deployment report'
  echo
  echo '## Containers'
  echo
  printf '%s\n' "$containers"
  echo
  echo '## Use'
  echo
  printf '%s\n' "$usage"
  echo
  echo '## Tests'
  echo
  printf '%s\n' "- Line coverage: $percent %" "- Integration tests: $(tail -n 1 .omegagen/reports/integration.txt)"
  echo
  echo '## Endpoints'
  echo
  printf -- '- gRPC: %s\n' 127.0.0.1:50051 127.0.0.1:50052 127.0.0.1:50053
  printf -- '- REST: %s\n' http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082
  echo '- Prometheus: http://127.0.0.1:9093'
  echo '- Grafana: http://127.0.0.1:3000'
} > "$report"
printf '%s\n' "$percent"
