#!/bin/sh
# from image.mariadb
set -e
docker pull mariadb:11.4
