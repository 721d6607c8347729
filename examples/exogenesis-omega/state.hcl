# The states of the plan: the document's ten goal variables, its ten typed
# variables, and everything that an action achieves. The document declares 20
# of the 66 variables that it uses, and only ten of them with a type; here each
# has one.

# --- The goal's ten -----------------------------------------------------------

state "rust_environment_configured" {
  type        = bool
  initial     = false
  description = "The pinned Rust toolchain is installed."
}

# The document requires the next three but has no action that makes them true; here
# they are derived from the effects of its actions.

state "dependencies_resolved" {
  description = "Every dependency of the workspace is on this machine."
  derived     = state.dependencies_fetched
}

state "crates_compiled" {
  description = "All three binaries are built."
  derived = (
    contains(state.compiled_binaries, local.server_binary) &&
    contains(state.compiled_binaries, local.worker_binary) &&
    contains(state.compiled_binaries, local.cli_binary)
  )
}

state "docker_images_built" {
  description = "Both images are built."
  derived = local.on_compose ? (
    contains(state.docker_images, local.server_image.tag) &&
    contains(state.docker_images, image.federation.tag)
  ) : local.server_image.ready && image.federation.ready
}

state "database_initialized" {
  type        = bool
  initial     = false
  description = "The database answers queries over TCP."
}

state "constellation_replicas_running" {
  type        = bool
  initial     = false
  description = "Every constellation replica is healthy."
}

state "monitoring_stack_operational" {
  type        = bool
  initial     = false
  description = "Prometheus and Grafana are healthy."
}

state "grpc_endpoints_responsive" {
  type        = bool
  initial     = false
  description = "Every replica lists its gRPC services."
}

state "rest_api_functional" {
  type        = bool
  initial     = false
  description = "Every replica answers /health."
}

state "integration_tests_passing" {
  type        = bool
  initial     = false
  description = "The integration tests have passed."
}

# --- The ten typed ones -------------------------------------------------------

state "rust_toolchain_version" {
  type        = string
  description = "Major and minor version of the Rust toolchain."
}

state "workspace_members_count" {
  type        = number
  min         = 0
  description = "Members of the cargo workspace."
}

state "compiled_binaries" {
  type        = set(string)
  initial     = []
  description = "Release binaries in the target folder."
}

# The document has "constellation:latest" here, but builds
# "omega-constellation:latest"; here the set contains the images' own tags.
state "docker_images" {
  type        = set(string)
  targets     = ["compose"]
  initial     = []
  description = "Tags of the images that were built."
}

state "running_containers" {
  type        = number
  targets     = ["compose"]
  initial     = 0
  min         = 0
  description = "Running containers of this deployment."
}

# The document sets 3 in one action and 6 in another, in no order; here the
# second requires the first.
state "healthy_services" {
  type        = number
  initial     = 0
  min         = 0
  description = "Containers found healthy: first the replicas, then the whole stack."
}

# The document infers a Raft quorum from a log line of a single PostgreSQL
# node, which has no Raft. What one node can show is that it is the primary and
# accepts writes: a quorum of one.
state "database_raft_quorum" {
  type        = bool
  initial     = false
  description = "The only database node is primary and accepts writes."
}

state "prometheus_targets" {
  type        = number
  initial     = 0
  min         = 0
  description = "Constellation targets that Prometheus scrapes."
}

state "api_response_time_ms" {
  type        = number
  min         = 0
  description = "99th percentile of the REST API under a light load."
}

state "test_coverage_percent" {
  type        = number
  min         = 0
  max         = 100
  description = "Lines that the workspace's tests reach."
}

# --- Milestone 1 --------------------------------------------------------------

state "protoc_installed" {
  type    = bool
  initial = false
}

state "docker_available" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "docker_compose_available" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "environment_variables_configured" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "workspace_validated" {
  type    = bool
  initial = false
}

state "sufficient_disk_space" {
  type    = bool
  initial = false
}

state "ports_available" {
  type    = bool
  targets = ["compose"]
  initial = false
}

# --- Milestone 2 --------------------------------------------------------------

state "build_artifacts_clean" {
  type    = bool
  initial = false
}

state "dependencies_fetched" {
  type    = bool
  initial = false
}

state "omega_crates_available" {
  type    = bool
  initial = false
}

state "database_deps_compatible" {
  type    = bool
  initial = false
}

state "grpc_deps_ready" {
  type    = bool
  initial = false
}

state "build_scripts_compiled" {
  type    = bool
  initial = false
}

# --- Milestone 3 --------------------------------------------------------------

state "omega_tv_brain_compiled" {
  type    = bool
  initial = false
}

state "omega_tv_sync_compiled" {
  type    = bool
  initial = false
}

state "omega_tv_sdk_compiled" {
  type    = bool
  initial = false
}

state "omega_constellation_compiled" {
  type    = bool
  initial = false
}

state "constellation_server_binary" {
  type    = bool
  initial = false
}

state "federation_worker_binary" {
  type    = bool
  initial = false
}

state "omega_cli_binary" {
  type    = bool
  initial = false
}

state "unit_tests_passing" {
  type    = bool
  initial = false
}

# --- Milestone 4 --------------------------------------------------------------

state "dockerfiles_validated" {
  type    = bool
  initial = false
}

state "constellation_image_built" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "federation_image_built" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "image_health_checks_valid" {
  type    = bool
  initial = false
}

state "image_metadata_valid" {
  type    = bool
  initial = false
}

state "images_tagged" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "disk_space_optimized" {
  type    = bool
  targets = ["compose"]
  initial = false
}

# --- Milestone 5 --------------------------------------------------------------

state "compose_env_loaded" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "ruvector_image_pulled" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "services_started" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "database_schema_created" {
  type    = bool
  initial = false
}

state "logs_validated" {
  type    = bool
  targets = ["compose"]
  initial = false
}

state "service_networking_valid" {
  type    = bool
  initial = false
}

# --- Milestone 6 --------------------------------------------------------------

state "prometheus_metrics_exposed" {
  type    = bool
  initial = false
}

state "api_database_integration" {
  type    = bool
  initial = false
}

state "replica_consistency_validated" {
  type    = bool
  initial = false
}

state "vector_search_functional" {
  type    = bool
  initial = false
}

# --- Milestone 7 --------------------------------------------------------------

state "metrics_collecting" {
  type    = bool
  initial = false
}

state "grafana_datasource_configured" {
  type    = bool
  initial = false
}

state "grafana_dashboard_loaded" {
  type    = bool
  initial = false
}

state "alerting_configured" {
  type    = bool
  initial = false
}

state "dashboards_rendering" {
  type    = bool
  initial = false
}

# --- Milestone 8 --------------------------------------------------------------

state "integration_tests_defined" {
  type    = bool
  initial = false
}

state "sync_latency_benchmarked" {
  type    = bool
  initial = false
}

state "vector_search_benchmarked" {
  type    = bool
  initial = false
}

state "raft_consensus_validated" {
  type    = bool
  initial = false
}

state "deployment_validated" {
  type    = bool
  initial = false
}

state "resilience_validated" {
  type    = bool
  targets = ["compose"]
  initial = false
}
