#!/bin/sh
# from image.alertmanager
set -e
docker image inspect prom/alertmanager:v0.28.1 >/dev/null
