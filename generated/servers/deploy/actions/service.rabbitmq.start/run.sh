#!/bin/sh
# from service.rabbitmq
set -e
$COMPOSE up --detach --no-build --no-deps rabbitmq
