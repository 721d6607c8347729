#!/bin/sh
# from service.rabbitmq
set -e
$COMPOSE rm --stop --force rabbitmq
