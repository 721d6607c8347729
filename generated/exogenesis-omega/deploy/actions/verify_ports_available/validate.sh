#!/bin/sh
# from action.verify_ports_available
set -e
ours=" omega-ruvector omega-constellation-1 omega-constellation-2 omega-constellation-3 omega-prometheus omega-grafana "
taken=0
for port in 5432 50051 50052 50053 8080 8081 8082 9090 9091 9092 9093 3000; do
  owner=$(docker ps --filter "publish=$port" --format '{{.Names}}')
  case $ours in
    *" $owner "*) continue ;;
  esac
  listeners=$(ss -Hltn "sport = :$port")
  if [ -n "$listeners" ]; then
    echo "Port $port is taken: $listeners" >&2
    taken=1
  fi
done
exit "$taken"
