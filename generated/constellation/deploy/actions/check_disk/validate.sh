#!/bin/sh
# from action.check_disk
set -e
# 2 GB, in kilobytes, for images and volumes; deploy.sh itself checks the kit's folder.
root=$(docker info --format '{{.DockerRootDir}}')
free=$(df -Pk "$root" | awk 'NR == 2 { print $4 }')
test "$free" -ge 2097152
