milestone "orchestration" {
  title = "Orchestration"
  goal  = "Start every service, with its schema and its content"
  order = 50
}

locals {
  contents = 4000

  schema_tables = sort([
    database.constellation.table.content_embeddings.name,
    database.constellation.table.devices.name,
    database.constellation.table.federation_state.name,
    database.constellation.table.patterns.name,
    database.constellation.table.trending_content.name,
  ])
}

state "compose_valid" {
  type        = bool
  initial     = false
  description = "Compose accepts the whole configuration."
}

state "schema_verified" {
  type        = bool
  initial     = false
  description = "The tables and the HNSW indexes exist."
}

state "content_loaded" {
  type        = bool
  initial     = false
  description = "There is content to recommend."
}

state "running_containers" {
  type        = number
  initial     = 0
  min         = 0
  description = "Running containers of this deployment."
}

state "logs_clean" {
  type        = bool
  initial     = false
  description = "No replica has panicked."
}

state "networking_valid" {
  type        = bool
  initial     = false
  description = "Every container is on the network, and can resolve the database there."
}

action "check_compose" {
  title        = "Check the Compose file"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = state.docker_ready && state.secrets_ready
  effects      = { compose_valid = true }
  cost         = 1
  duration     = "1s"
  run          = "docker compose config --services"
  validate     = "docker compose config --quiet"
}

action "start_database" {
  title        = "Start the database"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = state.compose_valid && state.ports_ready && state.disk_ready && image.postgres.ready && secret.postgres_password.set
  achieves     = [service.database.started]
  cost         = 2
  duration     = "5s"
  priority     = "critical"
  timeout      = "5m"
  run          = "docker compose up --detach --no-build --no-deps ${service.database.name}"
  validate     = "test \"$(docker inspect --format '{{.State.Running}}' ${local.database_container})\" = true"
  rollback     = "docker compose rm --stop --force ${service.database.name}"
}

action "verify_schema" {
  title        = "Verify the schema"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = database.constellation.applied
  effects      = { schema_verified = true }
  cost         = 1
  duration     = "1s"
  run          = <<-EOT
    ${local.psql} <<'SQL'
    SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname;
    SQL
  EOT
  validate     = <<-EOT
    tables=$(printf '%s\n' "SELECT string_agg(tablename, ' ' ORDER BY tablename COLLATE \"C\") FROM pg_tables WHERE schemaname = 'public'" | ${local.psql})
    test "$tables" = "${join(" ", local.schema_tables)}"
    indexes=$(printf '%s\n' "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam WHERE amname = 'hnsw' AND indisvalid" | ${local.psql})
    test "$indexes" = 2
  EOT
}

# Distinct vectors, the same in each run.
action "load_content" {
  title        = "Load content"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = state.schema_verified
  effects      = { content_loaded = true }
  cost         = 2
  duration     = "10s"
  run          = <<-EOT
    ${local.psql} <<'SQL'
    INSERT INTO ${database.constellation.table.content_embeddings.name} (content_id, title, embedding)
    SELECT 'content-' || i, 'Content ' || i, (SELECT array_agg(sin(i * d * 0.37 + d) ORDER BY d)::vector FROM generate_series(1, 384) AS d)
    FROM generate_series(1, ${local.contents}) AS i
    ON CONFLICT (content_id) DO NOTHING;
    ANALYZE ${database.constellation.table.content_embeddings.name};
    SELECT count(*) FROM ${database.constellation.table.content_embeddings.name};
    SQL
  EOT
  validate     = <<-EOT
    test "$(printf '%s\n' "SELECT count(*) FROM ${database.constellation.table.content_embeddings.name} WHERE content_id LIKE 'content-%'" | ${local.psql})" -ge ${local.contents}
  EOT
}

# The replicas and the worker log in with passwords that are set with the schema.
action "start_replicas" {
  title     = "Start the replicas"
  targets   = ["compose"]
  milestone = milestone.orchestration
  precondition = (
    state.images_valid &&
    state.unit_tests_passing &&
    service.database.healthy &&
    database.constellation.applied &&
    secret.constellation_password.set
  )
  achieves = [service.constellation.started]
  cost     = 2
  duration = "8s"
  priority = "critical"
  timeout  = "5m"
  run      = "docker compose up --detach --no-build --no-deps ${join(" ", service.constellation.instances[*].name)}"
  validate = "test \"$(docker inspect --format '{{.State.Running}}' ${join(" ", local.constellation_containers)} | sort -u)\" = true"
  rollback = "docker compose rm --stop --force ${join(" ", service.constellation.instances[*].name)}"
}

action "start_federation" {
  title        = "Start the federation worker"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = state.images_valid && service.constellation.started && state.content_loaded && secret.federation_password.set
  achieves     = [service.federation.started]
  cost         = 1
  duration     = "4s"
  timeout      = "5m"
  run          = "docker compose up --detach --no-build --no-deps ${service.federation.name}"
  validate     = "test \"$(docker inspect --format '{{.State.Running}}' ${service.federation.container_name})\" = true"
  rollback     = "docker compose rm --stop --force ${service.federation.name}"
}

action "start_prometheus" {
  title        = "Start Prometheus"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = service.federation.started && image.prometheus.ready
  achieves     = [service.prometheus.started]
  cost         = 1
  duration     = "4s"
  timeout      = "5m"
  run          = "docker compose up --detach --no-build --no-deps ${service.prometheus.name}"
  validate     = "test \"$(docker inspect --format '{{.State.Running}}' ${service.prometheus.container_name})\" = true"
  rollback     = "docker compose rm --stop --force ${service.prometheus.name}"
}

action "start_alertmanager" {
  title        = "Start Alertmanager"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = state.images_valid && image.alertmanager.ready
  achieves     = [service.alertmanager.started]
  cost         = 1
  duration     = "4s"
  timeout      = "5m"
  run          = "docker compose up --detach --no-build --no-deps ${service.alertmanager.name}"
  validate     = "test \"$(docker inspect --format '{{.State.Running}}' ${service.alertmanager.container_name})\" = true"
  rollback     = "docker compose rm --stop --force ${service.alertmanager.name}"
}

action "count_containers" {
  title        = "Count the containers"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = service.constellation.healthy && service.federation.healthy && service.prometheus.healthy && service.alertmanager.healthy
  effects      = { running_containers = length(local.containers) }
  cost         = 1
  duration     = "1s"
  run          = "docker inspect --format '{{.State.Running}}' ${join(" ", local.containers)} | grep -c true"
  validate     = "test \"$(docker inspect --format '{{.State.Health.Status}}' ${join(" ", local.containers)} | sort -u)\" = healthy"

  measure "running_containers" {
    from = "output"
  }
}

action "inspect_logs" {
  title        = "Inspect the logs"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = service.constellation.healthy
  effects      = { logs_clean = true }
  cost         = 1
  duration     = "1s"
  run          = "docker compose logs --no-color --tail 20 ${join(" ", service.constellation.instances[*].name)}"
  validate     = <<-EOT
    logs=$(docker compose logs --no-color ${join(" ", service.constellation.instances[*].name)})
    case $logs in
      *panic:*) exit 1 ;;
    esac
  EOT
}

action "verify_networking" {
  title        = "Verify the network"
  targets      = ["compose"]
  milestone    = milestone.orchestration
  precondition = state.running_containers == length(local.containers)
  effects      = { networking_valid = true }
  cost         = 1
  duration     = "2s"
  uses         = { replicas = 1 }
  run          = <<-EOT
    for container in ${join(" ", local.constellation_containers)}; do
      docker exec "$container" bash -c '</dev/tcp/${service.database.host}/${service.database.port.sql.container}'
    done
  EOT
  validate     = "test \"$(docker network inspect --format '{{len .Containers}}' ${network.backend.real_name})\" -ge ${length(local.containers)}"
}
