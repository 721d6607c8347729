#!/bin/sh
# from benchmark.cpu_idle
set -e
usage=$(docker stats --no-stream --format '{{.CPUPerc}}' omega-ruvector omega-constellation-1 omega-constellation-2 omega-constellation-3 omega-prometheus omega-grafana)
printf '%s\n' "$usage" | awk '{ sum += $1 } END { printf "%.1f\n", sum }'
