#!/bin/sh
# from action.download_modules
set -e
GOFLAGS=-mod=mod GOPROXY=off go list -deps ./... > /dev/null
