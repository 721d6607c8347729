#!/bin/sh
# from benchmark.database_memory
set -e
usage=$(docker stats --no-stream --format '{{.MemUsage}}' omega-ruvector)
printf '%s\n' "$usage" | awk '
{ n = $1 + 0 }
$1 ~ /GiB$/ { n *= 1024 }
$1 ~ /KiB$/ { n /= 1024 }
$1 ~ /[0-9]B$/ { n /= 1048576 }
n > most { most = n }
END { printf "%.1f\n", most }
'
