#!/bin/sh
# from action.build["federation-worker"]
set -e
test -x bin/federation-worker
