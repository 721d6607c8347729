# The document's eight benchmarks. Each prints one number, in the unit of its
# target, as its last line.
# The document gives three loads and two tools for the REST latency; here each
# figure has one load, one percentile and one target.

locals {
  # Distinct vectors: the document's subquery is evaluated only once and
  # inserts the same vector into every row. The server measures the time.
  # psql's variable `vectors` is their number.
  vector_benchmark = <<-SQL
    BEGIN;
    INSERT INTO ${database.omega.table.content_embeddings.name} (content_id, title, embedding)
    SELECT 'benchmark-' || i, 'Benchmark', (SELECT array_agg(random() + 0 * (i + d))::vector FROM generate_series(1, 384) AS d)
    FROM generate_series(1, :vectors) AS i;
    ANALYZE ${database.omega.table.content_embeddings.name};
    SET LOCAL hnsw.ef_search = 100;
    EXPLAIN (ANALYZE, FORMAT JSON)
    SELECT content_id FROM ${database.omega.table.content_embeddings.name}
    ORDER BY embedding <=> (SELECT embedding FROM ${database.omega.table.content_embeddings.name} WHERE content_id = 'benchmark-1')
    LIMIT 100;
    ROLLBACK;
  SQL

  # The highest memory use of the named containers, in MB.
  memory_in_megabytes = <<-AWK
    { n = $1 + 0 }
    $1 ~ /GiB$/ { n *= 1024 }
    $1 ~ /KiB$/ { n /= 1024 }
    $1 ~ /[0-9]B$/ { n /= 1048576 }
    n > most { most = n }
    END { printf "%.1f\n", most }
  AWK
}

benchmark "rest_p99" {
  title   = "REST API latency (p99)"
  target  = "< 500ms"
  tools   = ["ab"]
  timeout = "2m"
  run     = <<-EOT
    report=$(ab -q -n 1000 -c 10 ${local.rest_urls[0]}${local.readiness_path})
    printf '%s\n' "$report"
    printf '%s\n' "$report" | awk '/^Failed requests:/ && $3 != 0 { exit 1 } /^Non-2xx responses:/ { exit 1 }'
    printf '%s\n' "$report" | awk '$1 == "99%" { print $2 }'
  EOT
}

# The document calls omega.sync.v1.SyncService/Sync of proto/sync.proto;
# neither exists. Every gRPC server can offer the standard health service.
benchmark "grpc_p99" {
  title   = "gRPC latency (p99)"
  target  = "< 200ms"
  tools   = ["ghz", "jq"]
  timeout = "5m"
  run     = <<-EOT
    report=$(ghz --insecure --call grpc.health.v1.Health/Check -c 10 -n 1000 -O json ${local.grpc_addresses[0]})
    printf '%s' "$report" | jq -e '.errorDistribution | length == 0' > /dev/null
    printf '%s' "$report" | jq '.latencyDistribution[] | select(.percentage == 99) | .latency / 1000000'
  EOT
}

benchmark "vector_search_10k" {
  title   = "Vector search (10,000 vectors)"
  target  = "< 100ms"
  tools   = ["jq"]
  timeout = "15m"
  run     = <<-EOT
    plan=$(${local.psql} -v vectors=10000 <<'SQL'
    ${chomp(local.vector_benchmark)}
    SQL
    )
    printf '%s' "$plan" | jq '.[0]["Execution Time"]'
  EOT
}

benchmark "vector_search_100k" {
  title   = "Vector search (100,000 vectors)"
  target  = "< 300ms"
  tools   = ["jq"]
  timeout = "2h"
  run     = <<-EOT
    plan=$(${local.psql} -v vectors=100000 <<'SQL'
    ${chomp(local.vector_benchmark)}
    SQL
    )
    printf '%s' "$plan" | jq '.[0]["Execution Time"]'
  EOT
}

benchmark "constellation_memory" {
  title   = "Constellation memory (the largest replica)"
  targets = ["compose"]
  target  = "< 512MB"
  timeout = "1m"
  run     = <<-EOT
    usage=$(docker stats --no-stream --format '{{.MemUsage}}' ${join(" ", local.constellation_containers)})
    printf '%s\n' "$usage" | awk '
    ${chomp(local.memory_in_megabytes)}
    '
  EOT
}

benchmark "database_memory" {
  title   = "Database memory"
  targets = ["compose"]
  target  = "< 2048MB"
  timeout = "1m"
  run     = <<-EOT
    usage=$(docker stats --no-stream --format '{{.MemUsage}}' ${local.database_container})
    printf '%s\n' "$usage" | awk '
    ${chomp(local.memory_in_megabytes)}
    '
  EOT
}

benchmark "cpu_idle" {
  title   = "CPU use when idle (all containers)"
  targets = ["compose"]
  target  = "< 10%"
  timeout = "1m"
  run     = <<-EOT
    usage=$(docker stats --no-stream --format '{{.CPUPerc}}' ${join(" ", local.containers)})
    printf '%s\n' "$usage" | awk '{ sum += $1 } END { printf "%.1f\n", sum }'
  EOT
}

benchmark "disk_write" {
  title   = "Disk writes (of the host, over ten seconds)"
  targets = ["compose"]
  target  = "< 50MB/s"
  tools   = ["iostat"]
  timeout = "1m"
  run     = <<-EOT
    report=$(LC_ALL=C iostat -d -m -y 10 1)
    printf '%s\n' "$report" | awk '$1 == "Device" { table = 1; next } table && NF { sum += $4 } END { printf "%.1f\n", sum }'
  EOT
}
