#!/bin/sh
# from action.chaos_test
set -e
docker start omega-constellation-2
