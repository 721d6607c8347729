#!/bin/sh
# from action.create_integration_tests
set -e
ls -l tests/integration.sh
