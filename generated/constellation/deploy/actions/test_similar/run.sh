#!/bin/sh
# from action.test_similar
set -e
curl -fsS --max-time 10 'http://127.0.0.1:8080/api/v1/similar?content_id=content-1&limit=5'
