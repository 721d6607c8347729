#!/bin/sh
# from action.run_unit_tests
set -e
CGO_ENABLED=0 go test -mod=vendor -trimpath ./...
