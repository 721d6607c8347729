#!/bin/sh
# from action.test_rest
set -e
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  curl -fsS --max-time 10 "$url/health"
  curl -fsS --max-time 10 "$url/ready"
done
