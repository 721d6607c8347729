#!/bin/sh
# from image.alertmanager
set -e
docker pull prom/alertmanager:v0.28.1
