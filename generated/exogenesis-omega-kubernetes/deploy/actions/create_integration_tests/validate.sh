#!/bin/sh
# from action.create_integration_tests
set -e
test -x tests/integration.sh && sh -n tests/integration.sh
