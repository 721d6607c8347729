#!/bin/sh
# from action.test_image_health_checks
set -e
docker image inspect --format '{{json .Config.Healthcheck}}' localhost:5000/omega-constellation:0.1.0
