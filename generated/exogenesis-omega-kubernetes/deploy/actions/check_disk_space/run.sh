#!/bin/sh
# from action.check_disk_space
set -e
df -Pk .
