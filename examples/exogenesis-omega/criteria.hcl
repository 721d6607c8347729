# The document's ten success criteria. deploy.sh retries each until its time
# has passed; a criterion about a replicated service must hold for every
# replica.

criterion "rust_crates_compile" {
  title  = "Rust crates compile"
  within = "10s"

  command {
    workdir = local.repository
    run     = <<-EOT
      for binary in ${local.server_binary} ${local.worker_binary} ${local.cli_binary}; do
        test -x "target/release/$binary"
      done
      test "$(wc -c < target/release/${local.server_binary})" -lt ${local.max_bytes}
    EOT
    status  = 0
  }
}

criterion "docker_images_build" {
  title   = "Docker images build"
  targets = ["compose", "kubernetes"]
  within  = "10s"

  command {
    run    = <<-EOT
      for image in ${local.server_image.tag} ${image.federation.tag}; do
        test "$(docker image inspect --format '{{.Size}}' "$image")" -lt ${local.max_bytes}
      done
    EOT
    status = 0
    tools  = ["docker >= 23"]
  }
}

criterion "all_services_start" {
  title  = "All services start"
  within = "60s"

  command {
    run    = join("\n", [for exec in local.execs : "${exec} true"])
    status = 0
  }
}

# The document counts the lines of `docker compose ps` that contain "healthy".
# It finds four instead of the expected three, and would count "unhealthy" too.
criterion "health_checks_pass" {
  title  = "Health checks pass"
  within = "90s"

  container {
    service = service.constellation
    state   = "running"
    health  = "healthy"
  }
}

criterion "grpc_endpoints_respond" {
  title  = "gRPC endpoints respond"
  within = "60s"

  grpc {
    service = service.constellation
    port    = "grpc"
    list    = [local.grpc_service]
  }
}

criterion "rest_api_functional" {
  title  = "REST API functional"
  within = "60s"

  http {
    service = service.constellation
    port    = "rest"
    path    = "/health"
    status  = 200
    json    = { status = "healthy" }
  }
}

# The document counts every active target and expects the three replicas.
criterion "prometheus_scrapes_replicas" {
  title  = "Prometheus scrapes replicas"
  within = "90s"

  promql {
    expr   = "count(up{job=\"constellation\"} == 1)"
    equals = "${length(local.constellation_containers)}"
  }
}

# The document requests Grafana's home dashboard, which is built in, so the
# check passes without any dashboard.
criterion "grafana_displays_dashboards" {
  title  = "Grafana displays dashboards"
  within = "60s"

  command {
    run    = <<-EOT
      answer=$(printf 'user = "admin:%s"\n' ${secret.grafana_password} | curl -fsS --max-time 10 -K - ${local.grafana_url}/api/dashboards/uid/${dashboard.constellation-overview.uid})
      printf '%s' "$answer" | jq -r '.dashboard.title'
    EOT
    equals = dashboard.constellation-overview.title
    tools  = ["curl", "jq"]
  }
}

# The document expects replication of a single node. A quorum of one is a
# primary that accepts writes.
criterion "database_quorum" {
  title  = "Database quorum (of one node)"
  within = "60s"

  sql {
    database = database.omega
    query    = "SELECT NOT pg_is_in_recovery()"
    equals   = "t"
  }
}

criterion "integration_tests_pass" {
  title  = "Integration tests pass"
  within = "120s"

  command {
    run     = "./tests/integration.sh"
    matches = "All tests passed$"
    tools   = ["curl", "grpcurl", "jq"]
  }
}
