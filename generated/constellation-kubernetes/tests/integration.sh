#!/bin/sh
# The integration tests of the constellation. Each prints its name; the first
# that fails ends the run with its exit status. The database is left as it was,
# however the run ends.
set -eu

device=$(od -A n -v -t x1 -N 6 /dev/urandom | tr -d ' \n')
device=00000000-0000-4000-8000-$device

# The device's patterns go with it.
forget() {
  printf '%s\n' "DELETE FROM devices WHERE device_id = '$device'" | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation
}

ended() {
  status=$?
  trap '' HUP INT TERM
  if ! forget && test "$status" = 0; then
    status=1
  fi
  exit "$status"
}
trap ended EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

echo 'A device synchronises with one replica after the other, and each knows of the last'
version=0
for address in 127.0.0.1:50051 127.0.0.1:50052 127.0.0.1:50053; do
  version=$((version + 1))
  answer=$(../../examples/constellation/app/bin/constellationctl sync "$address" "$device" 2)
  test "$answer" = "version $version, $((version * 2)) patterns"
done

echo 'It is in the database'
test "$(printf '%s\n' "SELECT sync_version FROM devices WHERE device_id = '$device'" | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)" = "$version"

echo 'What is no device is refused'
if ../../examples/constellation/app/bin/constellationctl sync 127.0.0.1:50051 not-a-device 2> /dev/null; then
  exit 1
fi

echo 'Every replica is ready, and tells what the database holds'
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  curl -fsS --max-time 10 -o /dev/null "$url/ready"
  answer=$(curl -fsS --max-time 10 "$url/api/v1/status")
  printf '%s' "$answer" | jq -e '.database.devices > 0 and .database.patterns > 0' > /dev/null
done

echo 'Every replica finds neighbours'
for url in http://127.0.0.1:8080 http://127.0.0.1:8081 http://127.0.0.1:8082; do
  answer=$(curl -fsS --max-time 10 "$url/api/v1/similar?content_id=content-7&limit=3")
  printf '%s' "$answer" | jq -e '.similar | length == 3 and all(.distance >= 0)' > /dev/null
  status=$(curl -sS --max-time 10 -o /dev/null -w '%{http_code}' "$url/api/v1/similar?content_id=none")
  test "$status" = 404
done

echo 'Prometheus scrapes every replica'
answer=$(curl -fsS --max-time 10 -G --data-urlencode 'query=count(up{job="constellation"} == 1)' http://127.0.0.1:9093/api/v1/query)
printf '%s' "$answer" | jq -e '.data.result[0].value[1] == "3"' > /dev/null

echo 'What the tests have stored is gone again'
forget
test "$(printf '%s\n' "SELECT count(*) FROM devices WHERE device_id = '$device'" | docker exec -i constellation-database psql -X -q -A -t -v ON_ERROR_STOP=1 -U constellation -d constellation)" = 0

echo 'All tests passed'
