#!/bin/sh
# from service.php
set -e
$COMPOSE up --detach --no-build --no-deps php
