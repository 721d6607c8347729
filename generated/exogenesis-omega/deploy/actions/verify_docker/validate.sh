#!/bin/sh
# from action.verify_docker
set -e
version=$(docker compose version --short)
version=${version#v}
test "${version%%.*}" -ge 2
# Later actions use it to wait for healthchecks.
docker compose up --help | grep -q -e --wait-timeout
