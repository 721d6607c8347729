#!/bin/sh
# from action.benchmark_vector_search
set -e
jq -e '.[0]["Execution Time"] < 100' .omegagen/reports/vector-search.json > /dev/null
