#!/bin/sh
# from criterion.integration_tests_pass
set -e
./tests/integration.sh
