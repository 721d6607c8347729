# The goal, and the ten success criteria. deploy.sh retries each until its time is
# up; a criterion about a replicated service must hold for every replica.

goal "operational" {
  title     = "Operational, and every action done"
  targets   = ["compose"]
  default   = true
  condition = state.reported && state.programs_built && state.images_tidy && (var.grafana ? service.grafana.healthy : state.alerts_loaded)
  include   = milestone.*
}

# The services, without actions that only check them.
goal "running" {
  title     = "Every service healthy, with its schema"
  condition = service.constellation.healthy && service.federation.healthy && service.prometheus.healthy && service.alertmanager.healthy && database.constellation.applied
}

criterion "programs_build" {
  title   = "The programs are built"
  targets = ["compose"]
  within  = "10s"

  command {
    workdir = local.source
    run     = <<-EOT
      for program in ${join(" ", local.binaries)}; do
        test -x "bin/$program"
      done
      bin/constellation-server version
    EOT
    equals  = local.version
  }
}

criterion "images_build" {
  title   = "The images are built, and small"
  targets = ["compose"]
  within  = "10s"

  command {
    run    = <<-EOT
      for image in ${image.constellation.tag} ${image.federation.tag}; do
        test "$(docker image inspect --format '{{.Size}}' "$image")" -lt ${local.max_bytes}
      done
    EOT
    status = 0
    tools  = ["docker >= 25"]
  }
}

criterion "services_start" {
  title   = "All services start"
  targets = ["compose"]
  within  = "30s"

  command {
    run    = "docker inspect --format '{{.State.Running}}' ${join(" ", local.containers)} | sort -u"
    equals = "true"
    tools  = ["docker >= 25"]
  }
}

criterion "health_checks_pass" {
  title  = "Health checks pass"
  within = "30s"

  container {
    service = service.constellation
    state   = "running"
    health  = "healthy"
  }
}

criterion "grpc_responds" {
  title   = "gRPC answers, and lists its services"
  targets = ["compose"]
  within  = "30s"

  grpc {
    service = service.constellation
    port    = "grpc"
    list    = [local.grpc_service]
  }
}

criterion "rest_functional" {
  title   = "REST answers from the database"
  targets = ["compose"]
  within  = "30s"

  http {
    service = service.constellation
    port    = "rest"
    path    = "/api/v1/status"
    status  = 200
    json    = { status = "ok" }
  }
}

criterion "prometheus_scrapes" {
  title   = "Prometheus scrapes every replica"
  targets = ["compose"]
  within  = "10s"

  promql {
    expr   = "count(up{job=\"constellation\"} == 1)"
    equals = var.replicas
  }
}

# The queries of Grafana's panels; with `grafana` set, an action also checks Grafana.
criterion "dashboards_have_data" {
  title   = "Every panel of every dashboard has data"
  targets = ["compose"]
  within  = "10s"

  command {
    run     = "./tests/panels.sh"
    matches = "^All panels have data$"
    tools   = ["curl", "jq"]
  }
}

# A single node has no quorum to lose: it is primary, and accepts writes.
criterion "database_primary" {
  title  = "The database is primary and takes writes"
  within = "30s"

  sql {
    database = database.constellation
    query    = "SELECT NOT pg_is_in_recovery() AND pg_current_xact_id()::text::bigint > 0"
    equals   = "t"
  }
}

criterion "integration_tests_pass" {
  title   = "The integration tests pass"
  targets = ["compose"]
  within  = "10s"

  command {
    run     = "./tests/integration.sh"
    matches = "^All tests passed$"
    tools   = ["curl", "jq"]
  }
}
