#!/bin/sh
# from action.check_disk_space
set -e
# 10 GB, in kilobytes.
available=$(df -Pk . | awk 'NR == 2 { print $4 }')
test "$available" -ge 10485760
