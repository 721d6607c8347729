#!/bin/sh
# from image.php
set -e
docker image inspect php:8.4-fpm >/dev/null
