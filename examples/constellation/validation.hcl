# The last three milestones: does the running system work?

milestone "api" {
  title = "API"
  goal  = "Check that every replica answers REST and gRPC requests from the database"
  order = 60
}

state "rest_functional" {
  type        = bool
  initial     = false
  description = "Every replica answers /health and /ready."
}

state "database_asked" {
  type        = bool
  initial     = false
  description = "Every replica reports the database's content."
}

state "grpc_functional" {
  type        = bool
  initial     = false
  description = "Every replica lists its gRPC services and synchronises a device."
}

state "similar_functional" {
  type        = bool
  initial     = false
  description = "Every replica finds the same neighbours."
}

state "api_p99_ms" {
  type        = number
  min         = 0
  description = "99th percentile of /api/v1/status under a light load."
}

action "test_rest" {
  title        = "Test REST health and readiness"
  targets      = ["compose"]
  milestone    = milestone.api
  precondition = service.constellation.healthy
  effects      = { rest_functional = true }
  cost         = 1
  duration     = "1s"
  priority     = "critical"
  tools        = ["curl", "jq"]
  uses         = { replicas = 1 }
  run          = <<-EOT
    for url in ${join(" ", local.rest_urls)}; do
      curl -fsS --max-time 10 "$url/health"
      curl -fsS --max-time 10 "$url/ready"
    done
  EOT
  validate     = <<-EOT
    for url in ${join(" ", local.rest_urls)}; do
      body=$(curl -fsS --max-time 10 "$url/ready")
      printf '%s' "$body" | jq -e '.status == "ready" and .version == "${local.version}"' > /dev/null
    done
  EOT
}

action "test_status" {
  title        = "Test that status queries the database"
  targets      = ["compose"]
  milestone    = milestone.api
  precondition = state.rest_functional && state.content_loaded
  effects      = { database_asked = true }
  cost         = 1
  duration     = "1s"
  tools        = ["curl", "jq"]
  uses         = { replicas = 1 }
  run          = "curl -fsS --max-time 10 ${local.rest_urls[0]}/api/v1/status"
  validate     = <<-EOT
    held=$(printf '%s\n' 'SELECT count(*) FROM ${database.constellation.table.content_embeddings.name}' | ${local.psql})
    for url in ${join(" ", local.rest_urls)}; do
      body=$(curl -fsS --max-time 10 "$url/api/v1/status")
      printf '%s' "$body" | jq -e --argjson held "$held" '.status == "ok" and .database.primary and .database.content == $held' > /dev/null
    done
  EOT
}

action "test_grpc_sync" {
  title        = "Test gRPC reflection and synchronisation"
  targets      = ["compose"]
  milestone    = milestone.api
  precondition = service.constellation.healthy && contains(state.binaries, "constellationctl")
  effects      = { grpc_functional = true }
  cost         = 2
  duration     = "2s"
  priority     = "critical"
  uses         = { replicas = 1 }
  run          = <<-EOT
    for address in ${join(" ", local.grpc_addresses)}; do
      ${local.ctl} sync "$address" 00000000-0000-4000-8000-000000000000 5
    done
  EOT
  validate     = <<-EOT
    for address in ${join(" ", local.grpc_addresses)}; do
      services=$(${local.ctl} list "$address")
      printf '%s\n' "$services" | grep -qx '${local.grpc_service}'
      printf '%s\n' "$services" | grep -qx 'grpc.health.v1.Health'
    done
  EOT
}

action "test_similar" {
  title        = "Test vector search by REST"
  targets      = ["compose"]
  milestone    = milestone.api
  precondition = state.rest_functional && state.content_loaded
  effects      = { similar_functional = true }
  cost         = 2
  duration     = "1s"
  tools        = ["curl", "jq"]
  uses         = { replicas = 1 }
  run          = "curl -fsS --max-time 10 '${local.rest_urls[0]}/api/v1/similar?content_id=content-1&limit=5'"
  validate     = <<-EOT
    first=
    for url in ${join(" ", local.rest_urls)}; do
      body=$(curl -fsS --max-time 10 "$url/api/v1/similar?content_id=content-1&limit=5")
      found=$(printf '%s' "$body" | jq -er '.similar | if length == 5 then map(.content_id) | join(" ") else empty end')
      test "$found" = "$${first:-$found}"
      first=$found
    done
  EOT
}

action "load_test" {
  title        = "Load the REST interface"
  targets      = ["compose"]
  milestone    = milestone.api
  precondition = state.database_asked && contains(state.binaries, "constellationctl")
  effects      = { api_p99_ms = below(500) }
  cost         = 2
  duration     = "3s"
  retries      = 3 # parallel image builds can slow down a measurement
  uses         = { replicas = 1, measurement = 1, compiler = 1 }
  run          = "${local.ctl} bench-rest ${local.rest_urls[0]}/api/v1/status 300 5"

  measure "api_p99_ms" {
    from = "output"
  }
}

milestone "monitoring" {
  title = "Monitoring"
  goal  = "Check that Prometheus scrapes everything, and every panel has data"
  order = 70
}

state "prometheus_targets" {
  type        = number
  initial     = 0
  min         = 0
  description = "Targets that Prometheus can scrape."
}

state "alerts_loaded" {
  type        = bool
  initial     = false
  description = "Prometheus evaluates every alert."
}

state "dashboards_have_data" {
  type        = bool
  initial     = false
  description = "Every panel's query has a result."
}

locals {
  # The replicas, the worker and Prometheus itself.
  targets = var.replicas + 2

  alerts = sort([
    alert.ConstellationDown.name,
    alert.ConstellationWithoutRedundancy.name,
    alert.DatabaseUnreachable.name,
    alert.FederationDown.name,
    alert.FederationStalled.name,
    alert.SyncErrors.name,
    "Watchdog",
  ])
}

action "verify_targets" {
  title        = "Verify Prometheus's targets"
  targets      = ["compose"]
  milestone    = milestone.monitoring
  precondition = service.prometheus.healthy && state.running_containers == length(local.containers)
  effects      = { prometheus_targets = local.targets }
  cost         = 1
  duration     = "5s"
  tools        = ["curl", "jq"]
  retries      = 6
  backoff      = "2s"
  uses         = { replicas = 1 }
  run          = <<-EOT
    answer=$(curl -fsS --max-time 10 -G --data-urlencode 'query=count(up == 1)' ${local.prometheus_url}/api/v1/query)
    printf '%s' "$answer" | jq -r '.data.result[0].value[1] // "0"'
  EOT
  validate     = <<-EOT
    answer=$(curl -fsS --max-time 10 '${local.prometheus_url}/api/v1/targets?state=active')
    printf '%s' "$answer" | jq -e '[.data.activeTargets[].health] | length == ${local.targets} and all(. == "up")' > /dev/null
  EOT

  measure "prometheus_targets" {
    from = "output"
  }
}

action "verify_alerts" {
  title        = "Verify the alerts"
  targets      = ["compose"]
  milestone    = milestone.monitoring
  precondition = state.prometheus_targets == local.targets
  effects      = { alerts_loaded = true }
  cost         = 1
  duration     = "1s"
  tools        = ["curl", "jq"]
  retries      = 6
  backoff      = "2s"
  run          = "docker exec ${service.prometheus.container_name} promtool check config /etc/prometheus/prometheus.yml"
  validate     = <<-EOT
    # The watchdog arrives.
    answer=$(curl -fsS --max-time 10 '${local.alertmanager_url}/api/v2/alerts')
    printf '%s' "$answer" | jq -e 'any(.labels.alertname == "Watchdog")' > /dev/null
    answer=$(curl -fsS --max-time 10 '${local.prometheus_url}/api/v1/rules?type=alert')
    evaluated=$(printf '%s' "$answer" | jq -r '[.data.groups[].rules[] | select(.health == "ok") | .name] | sort | join(" ")')
    test "$evaluated" = '${join(" ", local.alerts)}'
  EOT
}

action "verify_dashboards" {
  title        = "Verify the dashboards' queries"
  targets      = ["compose"]
  milestone    = milestone.monitoring
  precondition = state.prometheus_targets == local.targets && state.grpc_functional && state.similar_functional
  effects      = { dashboards_have_data = true }
  cost         = 1
  duration     = "10s"
  tools        = ["curl", "jq"]
  retries      = 6
  backoff      = "2s"
  run          = "./tests/panels.sh"
  validate     = "./tests/panels.sh > /dev/null"
}

artifact "tests/panels.sh" {
  template   = "templates/panels.sh.tmpl"
  executable = true
  data       = { prometheus_url = local.prometheus_url }
}

action "verify_grafana" {
  for_each = var.grafana ? toset(["dashboards"]) : toset([])

  title        = "Verify Grafana's dashboards"
  targets      = ["compose"]
  milestone    = milestone.monitoring
  precondition = service.grafana.healthy
  cost         = 1
  duration     = "2s"
  tools        = ["curl", "jq"]
  run          = <<-EOT
    answer=$(printf 'user = "admin:%s"\n' ${secret.grafana_password} | curl -fsS --max-time 10 -K - ${local.grafana_url}/api/dashboards/uid/${dashboard.constellation-overview.uid})
    printf '%s' "$answer" | jq -e '.dashboard.title == "${dashboard.constellation-overview.title}"'
  EOT
}

milestone "integration" {
  title = "Integration"
  goal  = "Test the whole system, including failure and recovery, and report on it"
  order = 80
}

state "integration_tests_passing" {
  type        = bool
  initial     = false
  description = "The integration tests have passed."
}

state "index_used" {
  type        = bool
  initial     = false
  description = "The database's query planner uses the HNSW index for the benchmark's query."
}

state "database_durable" {
  type        = bool
  initial     = false
  description = "The database is primary, and acknowledged writes are on disk."
}

state "resilient" {
  type        = bool
  initial     = false
  description = "With one replica stopped, the others are ready; and it restarts."
}

state "reported" {
  type        = bool
  initial     = false
  description = "The report on the running system is written."
}

action "run_integration_tests" {
  title        = "Run the integration tests"
  targets      = ["compose"]
  milestone    = milestone.integration
  precondition = state.grpc_functional && state.similar_functional && state.database_asked && state.dashboards_have_data
  effects      = { integration_tests_passing = true }
  cost         = 3
  duration     = "5s"
  priority     = "critical"
  tools        = ["curl", "jq"]
  retries      = 2
  uses         = { replicas = 1 }
  run          = <<-EOT
    mkdir -p ${local.reports}
    rm -f ${local.reports}/integration.txt
    ./tests/integration.sh > ${local.reports}/integration.new
    mv ${local.reports}/integration.new ${local.reports}/integration.txt
    cat ${local.reports}/integration.txt
  EOT
  validate     = "test \"$(tail -n 1 ${local.reports}/integration.txt)\" = 'All tests passed'"
}

artifact "tests/integration.sh" {
  template   = "templates/integration.sh.tmpl"
  executable = true
  data = {
    psql           = local.psql
    ctl            = local.ctl
    rest_urls      = local.rest_urls
    grpc_addresses = local.grpc_addresses
    grpc_service   = local.grpc_service
    prometheus_url = local.prometheus_url
    replicas       = var.replicas
    devices        = database.constellation.table.devices.name
  }
}

action "verify_index" {
  title        = "Verify that the HNSW index is used"
  targets      = ["compose"]
  milestone    = milestone.integration
  precondition = state.content_loaded
  effects      = { index_used = true }
  cost         = 1
  duration     = "1s"
  tools        = ["jq"]
  uses         = { measurement = 1 }
  run          = <<-EOT
    mkdir -p ${local.reports}
    rm -f ${local.reports}/vector-search.json
    ${local.psql} > ${local.reports}/vector-search.new <<'SQL'
    ${chomp(local.vector_benchmark)}
    SQL
    mv ${local.reports}/vector-search.new ${local.reports}/vector-search.json
    jq -r '.. | objects | ."Index Name"? // empty' ${local.reports}/vector-search.json
  EOT
  validate     = "jq -e '[.. | objects | .\"Index Name\"?] | index(\"content_embeddings_hnsw_idx\")' ${local.reports}/vector-search.json > /dev/null"
}

# What a single node can show of a quorum: it is primary, acknowledged writes can't
# be lost, and it accepts writes.
action "test_durability" {
  title        = "Test the database's durability"
  targets      = ["compose"]
  milestone    = milestone.integration
  precondition = state.schema_verified
  effects      = { database_durable = true }
  cost         = 1
  duration     = "1s"
  run          = <<-EOT
    ${local.psql} <<'SQL'
    SELECT name || ' = ' || setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name;
    SQL
  EOT
  validate     = <<-EOT
    durable=$(printf '%s\n' "SELECT bool_and(setting = 'on') AND NOT pg_is_in_recovery() FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')" | ${local.psql})
    test "$durable" = t
    written=$(printf '%s\n' 'SELECT pg_current_xact_id()' | ${local.psql})
    test "$written" -gt 0
  EOT
}

action "test_resilience" {
  title        = "Test the loss of a replica"
  targets      = ["compose"]
  milestone    = milestone.integration
  precondition = state.integration_tests_passing
  effects      = { resilient = true }
  cost         = 3
  duration     = "10s"
  tools        = ["curl"]
  timeout      = "3m"
  uses         = { replicas = local.replica_slots }
  run          = <<-EOT
    docker stop ${local.constellation_containers[0]}
    status=0
    for url in ${join(" ", slice(local.rest_urls, 1, var.replicas))}; do
      curl -fsS --max-time 10 "$url/ready" || status=1
    done
    docker start ${local.constellation_containers[0]}
    tries=0
    until curl -fsS --max-time 5 ${local.rest_urls[0]}/ready; do
      tries=$((tries + 1))
      test "$tries" -lt 60
      sleep 1
    done
    exit "$status"
  EOT
}

action "report" {
  title     = "Report on the running system"
  targets   = ["compose"]
  milestone = milestone.integration
  precondition = (
    state.resilient &&
    state.index_used &&
    state.database_durable &&
    state.networking_valid &&
    state.logs_clean &&
    state.alerts_loaded
  )
  effects  = { reported = true }
  cost     = 1
  duration = "1s"
  priority = "low"
  run      = <<-EOT
    mkdir -p ${local.reports}
    {
      docker version --format 'Docker Engine {{.Server.Version}}'
      docker inspect --format '{{.Name}} {{.Config.Image}} {{.State.Status}} {{.State.Health.Status}}' ${join(" ", local.containers)}
    } > ${local.reports}/system.new
    mv ${local.reports}/system.new ${local.reports}/system.txt
    cat ${local.reports}/system.txt
  EOT
  validate = "test \"$(grep -c ' running ' ${local.reports}/system.txt)\" = ${length(local.containers)}"
}
