#!/bin/sh
# from image.rabbitmq
set -e
docker pull rabbitmq:4.0
