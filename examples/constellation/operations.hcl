# Benchmarks with their targets, and runbooks for failures.

locals {
  # The server's own time for a search through the HNSW index.
  vector_benchmark = <<-SQL
    EXPLAIN (ANALYZE, FORMAT JSON)
    SELECT content_id FROM ${database.constellation.table.content_embeddings.name}
    ORDER BY embedding <=> (SELECT embedding FROM ${database.constellation.table.content_embeddings.name} WHERE content_id = 'content-1')
    LIMIT 10;
  SQL

  # The largest memory of the named containers, in MB.
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
  title   = "REST latency with the database (p99)"
  targets = ["compose"]
  target  = "< 500ms"
  timeout = "2m"
  run     = "${local.ctl} bench-rest ${local.rest_urls[0]}/api/v1/status 500 5"
}

benchmark "grpc_p99" {
  title   = "gRPC synchronisation (p99)"
  targets = ["compose"]
  target  = "< 500ms"
  timeout = "2m"
  run     = "${local.ctl} bench-grpc ${local.grpc_addresses[0]} 500 5"
}

benchmark "similar_p99" {
  title   = "Similar content by REST (p99)"
  targets = ["compose"]
  target  = "< 500ms"
  timeout = "2m"
  run     = "${local.ctl} bench-rest '${local.rest_urls[0]}/api/v1/similar?content_id=content-1' 500 5"
}

benchmark "vector_search" {
  title   = "Vector search (${local.contents} vectors)"
  targets = ["compose"]
  target  = "< 100ms"
  tools   = ["jq"]
  timeout = "5m"
  run     = <<-EOT
    plan=$(${local.psql} <<'SQL'
    ${chomp(local.vector_benchmark)}
    SQL
    )
    printf '%s' "$plan" | jq '.[0]["Execution Time"]'
  EOT
}

benchmark "constellation_memory" {
  title   = "Constellation memory (the largest replica)"
  targets = ["compose"]
  target  = "< 128MB"
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
  target  = "< 1024MB"
  timeout = "1m"
  run     = <<-EOT
    usage=$(docker stats --no-stream --format '{{.MemUsage}}' ${local.database_container})
    printf '%s\n' "$usage" | awk '
    ${chomp(local.memory_in_megabytes)}
    '
  EOT
}

runbook "build_fails" {
  title      = "A program or an image can't be built"
  symptoms   = ["go build or docker build ends with an error"]
  diagnosis  = <<-EOT
    cd ${local.source}
    go mod verify
    go vet -mod=vendor ./...
  EOT
  resolution = <<-EOT
    # Vendor the modules again, then rerun deploy.sh: it resumes at the failed step.
    go mod vendor
  EOT
  covers = [
    action.download_modules, action.verify_modules, action.vendor_modules, action.build, action.run_unit_tests, action.build_image,
    criterion.programs_build, criterion.images_build,
  ]
}

runbook "preflight_fails" {
  title      = "This machine isn't ready"
  symptoms   = ["a port is in use", "Docker doesn't respond", "the disk is full"]
  diagnosis  = <<-EOT
    docker info
    ss -ltnp
    df -h .
  EOT
  resolution = "Free the port or disk space, or choose other ports: omegagen build --var rest_port=8180."
  covers     = [action.check_docker, action.check_go, action.check_disk, action.check_ports]
}

runbook "replica_down" {
  title      = "A replica or the worker is down"
  symptoms   = ["an alert says that a target is down", "a container is restarting"]
  diagnosis  = <<-EOT
    docker ps --all --filter name=constellation
    docker inspect --format '{{.Name}} {{.State.Status}} {{.State.ExitCode}} out of memory: {{.State.OOMKilled}}' ${join(" ", local.containers)}
    docker compose logs --tail 50
  EOT
  resolution = "docker compose up --detach"
  covers     = [action.start_replicas, action.start_federation, action.count_containers, action.test_resilience, criterion.services_start, criterion.health_checks_pass]
}

runbook "database_down" {
  title      = "The database doesn't respond"
  symptoms   = ["/ready returns 503", "the alert DatabaseUnreachable fires"]
  diagnosis  = "docker logs --tail 50 ${local.database_container}"
  resolution = "docker compose up --detach ${service.database.name}"
  covers     = [action.start_database, action.verify_schema, action.load_content, criterion.database_primary]
}

runbook "sync_errors" {
  title      = "Synchronisations fail"
  symptoms   = ["the alert SyncErrors fires"]
  diagnosis  = "docker compose logs --tail 50 ${join(" ", service.constellation.instances[*].name)}"
  resolution = "The devices cause InvalidArgument; the database causes Unavailable and DeadlineExceeded: check the database first."
  covers     = [action.test_grpc_sync, criterion.grpc_responds]
}

runbook "monitoring_fails" {
  title      = "Prometheus or a panel has no data"
  symptoms   = ["a target is down", "a panel is empty"]
  diagnosis  = "curl -fsS '${local.prometheus_url}/api/v1/targets?state=active'"
  resolution = "docker compose restart ${service.prometheus.name}"
  covers     = [action.verify_targets, action.verify_alerts, action.verify_dashboards, criterion.prometheus_scrapes, criterion.dashboards_have_data]
}
