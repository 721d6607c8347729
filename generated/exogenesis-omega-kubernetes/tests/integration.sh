#!/bin/sh
# The integration tests of exogenesis-omega. Each prints its name; the first
# that fails ends the run with its exit status.
set -eu

echo 'Database takes queries'
test "$(printf '%s\n' 'SELECT 1' | ${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t)" = 1

echo 'REST API is ready on every replica'
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  curl -fsS --max-time 10 -o /dev/null "$url/health/ready"
done

echo 'Prometheus scrapes every replica'
answer=$(curl -fsS --max-time 10 -G --data-urlencode 'query=count(up{job="constellation"} == 1)' http://127.0.0.1:9093/api/v1/query)
printf '%s' "$answer" | jq -e '.data.result[0].value[1] == "3"' > /dev/null

echo 'A vector is its own nearest neighbour'
nearest=$(${KUBECTL:-kubectl --namespace exogenesis-omega} exec -i service/database -- psql -X -q -v ON_ERROR_STOP=1 -U omega -d omega -A -t <<'SQL'
BEGIN;
INSERT INTO content_embeddings (content_id, title, embedding)
VALUES ('integration-test', 'Integration test', ('[' || repeat('0,', 383) || '1]')::vector);
SELECT content_id FROM content_embeddings
ORDER BY embedding <=> ('[' || repeat('0,', 383) || '1]')::vector
LIMIT 1;
ROLLBACK;
SQL
)
test "$nearest" = integration-test

echo 'gRPC lists its services on every replica'
for address in 127.0.0.1:50051 127.0.0.1:50052 127.0.0.1:50053; do
  services=$(grpcurl -plaintext -max-time 10 "$address" list)
  printf '%s\n' "$services" | grep -qx 'omega.tv.Constellation'
done

echo 'All tests passed'
