#!/bin/sh
# from action.benchmark_sync_latency
set -e
awk '{ sum += $1 } END { exit !(NR == 100 && 1000 * sum / NR < 500) }' .omegagen/reports/sync-latency.txt
