#!/bin/sh
# from image.postgres
set -e
docker pull postgres:17.5
