#!/bin/sh
# from image.rabbitmq
set -e
docker image inspect rabbitmq:4.0 >/dev/null
