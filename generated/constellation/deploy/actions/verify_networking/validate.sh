#!/bin/sh
# from action.verify_networking
set -e
test "$(docker network inspect --format '{{len .Containers}}' constellation_backend)" -ge 7
