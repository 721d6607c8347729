#!/bin/sh
# from action.benchmark_sync_latency
set -e
mkdir -p .omegagen/reports
: > .omegagen/reports/sync-latency.new
count=0
while [ "$count" -lt 100 ]; do
  curl -fsS --max-time 10 -o /dev/null -w '%{time_total}\n' -H 'Content-Type: application/json' \
    -d '{"device_id":"00000000-0000-4000-8000-000000000001"}' \
    http://127.0.0.1:8080/api/v1/sync >> .omegagen/reports/sync-latency.new
  count=$((count + 1))
done
mv .omegagen/reports/sync-latency.new .omegagen/reports/sync-latency.txt
awk '{ sum += $1 } END { printf "%d ms on average\n", 1000 * sum / NR }' .omegagen/reports/sync-latency.txt
