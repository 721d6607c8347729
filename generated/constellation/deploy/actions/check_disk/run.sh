#!/bin/sh
# from action.check_disk
set -e
df -Pk "$(docker info --format '{{.DockerRootDir}}')"
