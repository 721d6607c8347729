#!/bin/sh
# from image.php
set -e
docker pull php:8.4-fpm
