#!/bin/sh
# from benchmark.similar_p99
set -e
../../examples/constellation/app/bin/constellationctl bench-rest 'http://127.0.0.1:8080/api/v1/similar?content_id=content-1' 500 5
