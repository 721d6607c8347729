#!/bin/sh
# from action.inspect_service_logs
set -e
logs=$(docker compose logs --no-color constellation-1 constellation-2 constellation-3)
case $logs in
  *"panicked at"*) exit 1 ;;
esac
