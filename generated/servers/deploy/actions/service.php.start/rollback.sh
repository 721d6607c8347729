#!/bin/sh
# from service.php
set -e
$COMPOSE rm --stop --force php
