#!/bin/sh
# from action.check_ports
set -e
taken=0
for port in 50051 50052 50053 8080 8081 8082 9090 9091 9092 9093 9193; do
  # a container of this project, perhaps of an earlier kit, which makes room in its turn
  ours=$(docker ps --quiet --filter "publish=$port" --filter "label=com.docker.compose.project=constellation")
  [ -z "$ours" ] || continue
  listeners=$(ss -Hltn "sport = :$port")
  if [ -n "$listeners" ]; then
    echo "Port $port is taken: $listeners" >&2
    taken=1
  fi
done
exit "$taken"
