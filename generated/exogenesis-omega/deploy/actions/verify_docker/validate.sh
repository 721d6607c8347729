#!/bin/sh
# from action.verify_docker
set -e
version=$(docker compose version --short)
version=${version#v}
test "${version%%.*}" -ge 2
# Later actions wait for healthchecks by it.
docker compose up --help | grep -q -e --wait-timeout
