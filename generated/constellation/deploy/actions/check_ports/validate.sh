#!/bin/sh
# from action.check_ports
set -e
ours=" constellation-database constellation-constellation-1 constellation-constellation-2 constellation-constellation-3 constellation-federation constellation-prometheus "
taken=0
for port in 50051 50052 50053 8080 8081 8082 9090 9091 9092 9093; do
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
