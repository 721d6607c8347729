#!/bin/sh
# from action.vendor_modules
set -e
GOPROXY=off go list -mod=vendor -deps ./... > /dev/null
