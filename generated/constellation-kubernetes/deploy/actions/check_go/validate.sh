#!/bin/sh
# from action.check_go
set -e
test "$(go list -m)" = example.org/constellation
