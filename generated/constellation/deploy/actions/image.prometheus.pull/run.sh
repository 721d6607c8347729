#!/bin/sh
# from image.prometheus
set -e
docker pull prom/prometheus:v2.53.3
