#!/bin/sh
# from image.mariadb
set -e
docker image inspect mariadb:11.4 >/dev/null
