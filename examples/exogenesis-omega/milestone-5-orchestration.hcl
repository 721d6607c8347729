milestone "orchestration" {
  title = local.on_compose ? "Docker Compose Orchestration" : "Orchestration"
  goal  = "Start all services and achieve health checks"
  order = 50
}

locals {
  # The document estimates 10 to 15 minutes for this milestone; the costs add
  # up to 29.
  orchestration_time = [for cost in range(11) : "${floor(cost * 12.5 * 60 / 29 + 0.5)}s"]

  # The document waits for services with `sleep` and with grep "healthy", which
  # also matches "unhealthy"; here Compose waits for the healthchecks.
  # On Kubernetes deploy.sh waits for the rollout of each service by itself.
  await = "docker compose up --detach --wait --no-build --no-deps --no-recreate"

  database_up      = local.on_compose ? state.services_started : service.database.healthy
  constellation_up = local.on_compose ? state.services_started : service.constellation.healthy
  monitoring_up    = local.on_compose ? state.services_started : service.prometheus.healthy && service.grafana.healthy

  # Each container answers itself, so that none is counted in another's place.
  answers = "wget -q -O /dev/null http://127.0.0.1"
  replica_probes = [
    for exec in service.constellation.instances[*].exec :
    "${exec} ${local.answers}:${service.constellation.port.rest.container}${local.readiness_path}"
  ]
  other_probes = [
    "${service.database.exec} pg_isready -q -h 127.0.0.1 -U ${database.omega.user}",
    "${service.prometheus.exec} ${local.answers}:${service.prometheus.port.http.container}/-/healthy",
    "${service.grafana.exec} ${local.answers}:${service.grafana.port.http.container}/api/health",
  ]
  counted = [for probe in concat(local.replica_probes, local.other_probes) : "if ${probe}; then healthy=$((healthy + 1)); fi"]

  await_constellation = local.on_compose ? "${local.await} --wait-timeout 90 ${join(" ", local.constellation_names)}" : local.awaited
  await_monitoring    = local.on_compose ? "${local.await} --wait-timeout 90 ${service.prometheus.instances[0].name} ${service.grafana.instances[0].name}" : local.awaited
  awaited             = "# the rollout is complete already"

  database_port = "</dev/tcp/${service.database.host}/${service.database.port.sql.container}"

  schema_tables = sort([
    database.omega.table.content_embeddings.name,
    database.omega.table.devices.name,
    database.omega.table.federation_state.name,
    database.omega.table.patterns.name,
    database.omega.table.trending_content.name,
  ])
}

# 5.1
# The document sources .env in a separate shell, so later actions don't see it,
# and prints the start of the password; here Compose reads the whole
# configuration, exactly as when it starts the services.
action "load_environment" {
  title        = "Load Environment Variables"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  category     = "Docker Orchestration"
  precondition = state.environment_variables_configured && state.docker_compose_available
  effects = {
    compose_env_loaded = true
  }
  cost          = 1
  duration      = local.orchestration_time[1]
  duration_note = local.estimate
  priority      = "critical"
  run           = "docker compose config --services"
  validate      = "docker compose config --quiet"
}

# 5.2
# The document pulls ruvnet/ruvector-postgres:latest, and leaves the images of
# Prometheus and Grafana to the start of the services; here all images are
# pulled.
action "pull_database_image" {
  title        = "Pull RuVector-Postgres Image"
  targets      = ["compose"]
  description  = "The database image is pgvector's; Prometheus's and Grafana's come with it."
  milestone    = milestone.orchestration
  category     = "Docker Orchestration"
  precondition = state.docker_available
  effects = {
    ruvector_image_pulled = true
  }
  achieves = [
    image.pgvector.ready,
    image.prometheus.ready,
    image.grafana.ready,
  ]
  cost          = 4
  cost_note     = "network-dependent"
  duration      = local.orchestration_time[4]
  duration_note = local.estimate
  priority      = "critical"
  tools         = ["docker >= 23"]
  retries       = 2
  backoff       = "10s"
  timeout       = "15m"
  run           = <<-EOT
    docker pull ${image.pgvector.tag}
    docker pull ${image.prometheus.tag}
    docker pull ${image.grafana.tag}
  EOT
  validate      = "docker image inspect ${image.pgvector.tag} ${image.prometheus.tag} ${image.grafana.tag} > /dev/null"
}

# 5.3
# The document forgets that this requires Compose and free ports, then sleeps
# ten seconds and accepts any running service; here the running containers are
# counted.
action "start_stack" {
  title     = "Start Docker Compose Stack"
  targets   = ["compose"]
  milestone = milestone.orchestration
  category  = "Docker Orchestration"
  precondition = (
    state.docker_compose_available &&
    state.ports_available &&
    state.constellation_image_built &&
    state.federation_image_built &&
    state.ruvector_image_pulled &&
    state.compose_env_loaded
  )
  effects = {
    services_started   = true
    running_containers = length(local.containers)
  }
  achieves = [
    service.database.started,
    service.constellation.started,
    service.prometheus.started,
    service.grafana.started,
  ]
  cost          = 5
  duration      = local.orchestration_time[5]
  duration_note = local.estimate
  priority      = "critical"
  timeout       = "10m"
  run           = <<-EOT
    docker compose up --detach --no-build
    docker compose ps --status running --quiet | wc -l
  EOT
  validate      = "test \"$(docker inspect --format '{{.State.Running}}' ${join(" ", local.containers)} | sort -u)\" = true"
  rollback      = "docker compose down"

  measure "running_containers" {
    from = "output"
  }
}

# 5.4
# The document searches the log for "ready to accept connections", which
# PostgreSQL also writes during initialization, and takes it for a Raft quorum;
# here the script waits for the healthcheck and asks the node whether it
# accepts writes.
action "monitor_database_initialization" {
  title        = "Monitor Database Initialization"
  milestone    = milestone.orchestration
  category     = "Service Initialization"
  precondition = local.database_up
  effects = {
    database_initialized = true
    database_raft_quorum = true
  }
  achieves      = local.on_compose ? [service.database.healthy] : []
  cost          = 4
  duration      = local.orchestration_time[4]
  duration_note = local.estimate
  priority      = "critical"
  run           = local.on_compose ? "${local.await} --wait-timeout 120 ${service.database.instances[0].name}" : null
  validate      = <<-EOT
    primary=$(printf '%s\n' 'SELECT NOT pg_is_in_recovery()' | ${local.psql})
    test "$primary" = t
  EOT
}

# 5.5
# The document counts tables and accepts any number; here the schema is
# updated, and its tables must be exactly those of the manifest.
action "verify_schema" {
  title        = "Verify init-db.sql Execution"
  milestone    = milestone.orchestration
  category     = "Service Initialization"
  precondition = state.database_initialized
  effects = {
    database_schema_created = true
  }
  achieves      = [database.omega.applied]
  cost          = 3
  duration      = local.orchestration_time[3]
  duration_note = local.estimate
  priority      = "critical"
  run           = <<-EOT
    ${local.psql} < ${database.omega.file}
    ${local.psql} < ${artifact["database/passwords.sql"].name}
  EOT
  validate      = <<-EOT
    tables=$(printf '%s\n' "SELECT string_agg(tablename, ' ' ORDER BY tablename COLLATE \"C\") FROM pg_tables WHERE schemaname = 'public'" | ${local.psql})
    test "$tables" = "${join(" ", local.schema_tables)}"
  EOT
}

# 5.6
action "await_constellation" {
  title        = "Wait for Constellation Health Checks"
  milestone    = milestone.orchestration
  category     = "Service Initialization"
  precondition = local.constellation_up && state.database_initialized
  effects = {
    constellation_replicas_running = true
    healthy_services               = length(local.constellation_containers)
  }
  achieves      = local.on_compose ? [service.constellation.healthy] : []
  cost          = 5
  duration      = local.orchestration_time[5]
  duration_note = local.estimate
  priority      = "critical"
  run           = <<-EOT
    ${local.await_constellation}
    healthy=0
    ${join("\n", slice(local.counted, 0, length(local.replica_probes)))}
    echo "$healthy"
  EOT
  validate      = join("\n", local.replica_probes)

  measure "healthy_services" {
    from = "output"
  }
}

# 5.7
# The document sets healthy_services to 6 here and to 3 in 5.6, in either
# order, while two of the six services have no healthcheck; here all six have
# one, and this action requires the other.
action "check_monitoring_stack" {
  title        = "Check Monitoring Stack Status"
  milestone    = milestone.orchestration
  category     = "Service Initialization"
  precondition = local.monitoring_up && state.constellation_replicas_running
  effects = {
    monitoring_stack_operational = true
    healthy_services             = length(local.containers)
  }
  achieves = local.on_compose ? [
    service.prometheus.healthy,
    service.grafana.healthy,
  ] : []
  cost          = 3
  duration      = local.orchestration_time[3]
  duration_note = local.estimate
  priority      = "high"
  tools         = ["curl"]
  run           = <<-EOT
    ${local.await_monitoring}
    healthy=0
    ${join("\n", local.counted)}
    echo "$healthy"
  EOT
  validate      = <<-EOT
    curl -fsS --max-time 10 -o /dev/null ${local.prometheus_url}/-/healthy
    curl -fsS --max-time 10 -o /dev/null ${local.grafana_url}/api/health
  EOT

  measure "healthy_services" {
    from = "output"
  }
}

# 5.8
# The document waits for "gRPC server listening", which the server never
# writes, and may check before the server has started; here the replicas must
# be healthy, and none may have panicked.
action "inspect_service_logs" {
  title        = "Inspect Service Logs"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  category     = "Service Initialization"
  precondition = state.services_started && state.constellation_replicas_running
  effects = {
    logs_validated = true
  }
  cost          = 2
  duration      = local.orchestration_time[2]
  duration_note = local.estimate
  priority      = "medium"
  run           = "docker compose logs --no-color --tail 50 ${join(" ", local.constellation_names)}"
  validate      = <<-EOT
    logs=$(docker compose logs --no-color ${join(" ", local.constellation_names)})
    case $logs in
      *"panicked at"*) exit 1 ;;
    esac
  EOT
}

# 5.9
# The document inspects the network "omega-net", which has another name in
# Docker, and pings from an image without ping; here the network's real name is
# used, and the replicas query each other over HTTP.
action "verify_network_connectivity" {
  title        = "Verify Network Connectivity"
  milestone    = milestone.orchestration
  category     = "Service Initialization"
  precondition = local.constellation_up && state.constellation_replicas_running
  effects = {
    service_networking_valid = true
  }
  cost          = 2
  duration      = local.orchestration_time[2]
  duration_note = local.estimate
  priority      = "medium"
  uses          = { replicas = 1 }
  run           = <<-EOT
    ${service.constellation.instances[1].exec} wget -q -O /dev/null http://${local.constellation_names[0]}:${service.constellation.port.rest.container}/health
    ${service.constellation.instances[0].exec} bash -c '${local.database_port}'
  EOT
  validate = local.on_compose ? (
    "test \"$(docker network inspect --format '{{len .Containers}}' ${network.omega-net.real_name})\" -eq ${length(local.containers)}"
  ) : join("\n", [for exec in service.constellation.instances[*].exec : "${exec} bash -c '${local.database_port}'"])
}

parallel "before_the_start" {
  actions = [
    action.load_environment,
    action.pull_database_image,
  ]
}

parallel "after_the_start" {
  actions = [
    action.inspect_service_logs,
    action.verify_network_connectivity,
  ]
}
