#!/bin/sh
# from action.load_content
set -e
test "$(printf '%s\n' "SELECT count(*) FROM content_embeddings WHERE content_id LIKE 'content-%'" | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)" -ge 4000
