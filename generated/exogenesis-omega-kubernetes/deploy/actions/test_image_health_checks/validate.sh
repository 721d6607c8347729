#!/bin/sh
# from action.test_image_health_checks
set -e
probe=$(docker image inspect --format '{{json .Config.Healthcheck.Test}}' localhost:5000/omega-constellation:0.1.0)
printf '%s' "$probe" | jq -e '.[0] == "CMD-SHELL" and (.[1] | contains("/health/ready"))' > /dev/null
