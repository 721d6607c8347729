#!/bin/sh
# from action.vendor_modules
set -e
GOPROXY=off go mod vendor
