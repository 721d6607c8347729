#!/bin/sh
# from action.verify_index
set -e
jq -e '[.. | objects | ."Index Name"?] | index("content_embeddings_hnsw_idx")' .omegagen/reports/vector-search.json > /dev/null
