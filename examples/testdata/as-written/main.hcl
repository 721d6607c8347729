# The plan document's actions, goal state and typed variables exactly as its
# authors wrote them: nothing added, nothing fixed. The document's goal can't
# be reached, because no action makes three of its ten variables true.

system "as-written" {}

state "rust_environment_configured" {
  type    = bool
  initial = false
}

state "dependencies_resolved" {
  type    = bool
  initial = false
}

state "crates_compiled" {
  type    = bool
  initial = false
}

state "docker_images_built" {
  type    = bool
  initial = false
}

state "database_initialized" {
  type    = bool
  initial = false
}

state "constellation_replicas_running" {
  type    = bool
  initial = false
}

state "monitoring_stack_operational" {
  type    = bool
  initial = false
}

state "grpc_endpoints_responsive" {
  type    = bool
  initial = false
}

state "rest_api_functional" {
  type    = bool
  initial = false
}

state "integration_tests_passing" {
  type    = bool
  initial = false
}

state "rust_toolchain_version" {
  type = string
}

state "protoc_installed" {
  type    = bool
  initial = false
}

state "docker_available" {
  type    = bool
  initial = false
}

state "docker_compose_available" {
  type    = bool
  initial = false
}

state "environment_variables_configured" {
  type    = bool
  initial = false
}

state "workspace_validated" {
  type    = bool
  initial = false
}

state "workspace_members_count" {
  type = number
}

state "sufficient_disk_space" {
  type    = bool
  initial = false
}

state "ports_available" {
  type    = bool
  initial = false
}

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

state "compiled_binaries" {
  type    = set(string)
  initial = []
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

state "dockerfiles_validated" {
  type    = bool
  initial = false
}

state "constellation_image_built" {
  type    = bool
  initial = false
}

state "docker_images" {
  type    = set(string)
  initial = []
}

state "federation_image_built" {
  type    = bool
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
  initial = false
}

state "disk_space_optimized" {
  type    = bool
  initial = false
}

state "compose_env_loaded" {
  type    = bool
  initial = false
}

state "ruvector_image_pulled" {
  type    = bool
  initial = false
}

state "services_started" {
  type    = bool
  initial = false
}

state "running_containers" {
  type = number
}

state "database_raft_quorum" {
  type    = bool
  initial = false
}

state "database_schema_created" {
  type    = bool
  initial = false
}

state "healthy_services" {
  type = number
}

state "logs_validated" {
  type    = bool
  initial = false
}

state "service_networking_valid" {
  type    = bool
  initial = false
}

state "prometheus_metrics_exposed" {
  type    = bool
  initial = false
}

state "api_response_time_ms" {
  type = number
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

state "prometheus_targets" {
  type = number
}

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

state "test_coverage_percent" {
  type = number
}

state "resilience_validated" {
  type    = bool
  initial = false
}

goal "document" {
  condition = (
    state.rust_environment_configured &&
    state.dependencies_resolved &&
    state.crates_compiled &&
    state.docker_images_built &&
    state.database_initialized &&
    state.constellation_replicas_running &&
    state.monitoring_stack_operational &&
    state.grpc_endpoints_responsive &&
    state.rest_api_functional &&
    state.integration_tests_passing
  )
}

milestone "m1" {
  title = "Environment Preparation"
  order = 1
}

milestone "m2" {
  title = "Dependency Resolution"
  order = 2
}

milestone "m3" {
  title = "Rust Compilation"
  order = 3
}

milestone "m4" {
  title = "Docker Image Construction"
  order = 4
}

milestone "m5" {
  title = "Docker Compose Orchestration"
  order = 5
}

milestone "m6" {
  title = "API & gRPC Validation"
  order = 6
}

milestone "m7" {
  title = "Monitoring Integration"
  order = 7
}

milestone "m8" {
  title = "Integration Testing & Validation"
  order = 8
}

# 1.1
action "action_1_1" {
  title     = "Verify Rust Toolchain"
  milestone = milestone.m1
  effects = {
    rust_environment_configured = true
    rust_toolchain_version      = "1.75"
  }
  cost          = 2
  priority      = "critical"
  priority_note = "blocks all builds"
}

# 1.2
action "action_1_2" {
  title        = "Install Protocol Buffer Compiler"
  milestone    = milestone.m1
  precondition = state.rust_environment_configured
  effects = {
    protoc_installed = true
  }
  cost          = 3
  priority      = "critical"
  priority_note = "required for tonic gRPC compilation"
}

# 1.3
action "action_1_3" {
  title     = "Verify Docker & Docker Compose"
  milestone = milestone.m1
  effects = {
    docker_available         = true
    docker_compose_available = true
  }
  cost          = 2
  priority      = "critical"
  priority_note = "deployment blocker"
}

# 1.4
action "action_1_4" {
  title     = "Create .env Configuration"
  milestone = milestone.m1
  effects = {
    environment_variables_configured = true
  }
  cost     = 1
  priority = "high"
}

# 1.5
action "action_1_5" {
  title     = "Verify Workspace Structure"
  milestone = milestone.m1
  effects = {
    workspace_validated     = true
    workspace_members_count = 7
  }
  cost     = 2
  priority = "critical"
}

# 1.6
action "action_1_6" {
  title     = "Check Disk Space"
  milestone = milestone.m1
  effects = {
    sufficient_disk_space = true
  }
  cost     = 1
  priority = "medium"
}

# 1.7
action "action_1_7" {
  title     = "Verify Network Ports Available"
  milestone = milestone.m1
  effects = {
    ports_available = true
  }
  cost     = 2
  priority = "high"
}

# 2.1
action "action_2_1" {
  title        = "Cargo Clean (Fresh Build)"
  milestone    = milestone.m2
  precondition = state.workspace_validated
  effects = {
    build_artifacts_clean = true
  }
  cost     = 1
  priority = "medium"
}

# 2.2
action "action_2_2" {
  title        = "Fetch Workspace Dependencies"
  milestone    = milestone.m2
  precondition = state.rust_environment_configured && state.workspace_validated
  effects = {
    dependencies_fetched = true
  }
  cost      = 4
  cost_note = "network-dependent"
  priority  = "critical"
}

# 2.3
action "action_2_3" {
  title        = "Verify omega-* Crates Availability"
  milestone    = milestone.m2
  precondition = state.dependencies_fetched
  effects = {
    omega_crates_available = true
  }
  cost     = 3
  priority = "critical"
}

# 2.4
action "action_2_4" {
  title        = "Check sqlx Compatibility"
  milestone    = milestone.m2
  precondition = state.dependencies_fetched
  effects = {
    database_deps_compatible = true
  }
  cost     = 2
  priority = "high"
}

# 2.5
action "action_2_5" {
  title        = "Verify gRPC Dependencies (tonic)"
  milestone    = milestone.m2
  precondition = state.dependencies_fetched && state.protoc_installed
  effects = {
    grpc_deps_ready = true
  }
  cost     = 3
  priority = "critical"
}

# 2.6
action "action_2_6" {
  title        = "Pre-compile Build Scripts"
  milestone    = milestone.m2
  precondition = state.dependencies_fetched
  effects = {
    build_scripts_compiled = true
  }
  cost      = 5
  cost_note = "compile time"
  priority  = "medium"
}

# 3.1
action "action_3_1" {
  title        = "Build omega-tv-brain Crate"
  milestone    = milestone.m3
  precondition = state.dependencies_fetched
  effects = {
    omega_tv_brain_compiled = true
  }
  cost     = 6
  priority = "high"
}

# 3.2
action "action_3_2" {
  title        = "Build omega-tv-sync Crate"
  milestone    = milestone.m3
  precondition = state.dependencies_fetched
  effects = {
    omega_tv_sync_compiled = true
  }
  cost     = 5
  priority = "high"
}

# 3.3
action "action_3_3" {
  title        = "Build omega-tv-sdk Crate"
  milestone    = milestone.m3
  precondition = state.dependencies_fetched
  effects = {
    omega_tv_sdk_compiled = true
  }
  cost     = 5
  priority = "high"
}

# 3.4
action "action_3_4" {
  title        = "Build omega-constellation Crate"
  milestone    = milestone.m3
  precondition = state.omega_tv_sync_compiled && state.grpc_deps_ready
  effects = {
    omega_constellation_compiled = true
  }
  cost     = 7
  priority = "critical"
}

# 3.5
action "action_3_5" {
  title        = "Build constellation-server Binary"
  milestone    = milestone.m3
  precondition = state.omega_constellation_compiled
  effects = {
    constellation_server_binary = true
    compiled_binaries           = setunion(state.compiled_binaries, ["constellation-server"])
  }
  cost     = 8
  priority = "critical"
}

# 3.6
action "action_3_6" {
  title        = "Build federation-worker Binary"
  milestone    = milestone.m3
  precondition = state.omega_constellation_compiled
  effects = {
    federation_worker_binary = true
    compiled_binaries        = setunion(state.compiled_binaries, ["federation-worker"])
  }
  cost     = 6
  priority = "high"
}

# 3.7
action "action_3_7" {
  title        = "Build omega-cli Tool"
  milestone    = milestone.m3
  precondition = state.dependencies_fetched
  effects = {
    omega_cli_binary  = true
    compiled_binaries = setunion(state.compiled_binaries, ["omega-cli"])
  }
  cost     = 4
  priority = "low"
}

# 3.8
action "action_3_8" {
  title        = "Run Unit Tests"
  milestone    = milestone.m3
  precondition = state.omega_constellation_compiled
  effects = {
    unit_tests_passing = true
  }
  cost     = 7
  priority = "medium"
}

# 4.1
action "action_4_1" {
  title     = "Verify Dockerfiles Exist"
  milestone = milestone.m4
  effects = {
    dockerfiles_validated = true
  }
  cost     = 1
  priority = "critical"
}

# 4.2
action "action_4_2" {
  title        = "Build Constellation Server Image"
  milestone    = milestone.m4
  precondition = state.dockerfiles_validated && state.constellation_server_binary
  effects = {
    constellation_image_built = true
    docker_images             = setunion(state.docker_images, ["constellation:latest"])
  }
  cost     = 8
  priority = "critical"
}

# 4.3
action "action_4_3" {
  title        = "Build Federation Worker Image"
  milestone    = milestone.m4
  precondition = state.dockerfiles_validated && state.federation_worker_binary
  effects = {
    federation_image_built = true
    docker_images          = setunion(state.docker_images, ["federation:latest"])
  }
  cost     = 7
  priority = "high"
}

# 4.4
action "action_4_4" {
  title        = "Test Image Health Checks"
  milestone    = milestone.m4
  precondition = state.constellation_image_built
  effects = {
    image_health_checks_valid = true
  }
  cost     = 2
  priority = "medium"
}

# 4.5
action "action_4_5" {
  title        = "Verify Image Labels"
  milestone    = milestone.m4
  precondition = state.constellation_image_built
  effects = {
    image_metadata_valid = true
  }
  cost     = 1
  priority = "low"
}

# 4.6
action "action_4_6" {
  title        = "Tag Images for Local Registry"
  milestone    = milestone.m4
  precondition = state.constellation_image_built && state.federation_image_built
  effects = {
    images_tagged = true
  }
  cost     = 1
  priority = "low"
}

# 4.7
action "action_4_7" {
  title        = "Prune Dangling Images"
  milestone    = milestone.m4
  precondition = state.images_tagged
  effects = {
    disk_space_optimized = true
  }
  cost     = 2
  priority = "low"
}

# 5.1
action "action_5_1" {
  title        = "Load Environment Variables"
  milestone    = milestone.m5
  precondition = state.environment_variables_configured
  effects = {
    compose_env_loaded = true
  }
  cost     = 1
  priority = "critical"
}

# 5.2
action "action_5_2" {
  title        = "Pull RuVector-Postgres Image"
  milestone    = milestone.m5
  precondition = state.docker_available
  effects = {
    ruvector_image_pulled = true
  }
  cost      = 4
  cost_note = "network-dependent"
  priority  = "critical"
}

# 5.3
action "action_5_3" {
  title        = "Start Docker Compose Stack"
  milestone    = milestone.m5
  precondition = state.constellation_image_built && state.federation_image_built && state.ruvector_image_pulled && state.compose_env_loaded
  effects = {
    services_started   = true
    running_containers = 6
  }
  cost     = 5
  priority = "critical"
}

# 5.4
action "action_5_4" {
  title        = "Monitor Database Initialization"
  milestone    = milestone.m5
  precondition = state.services_started
  effects = {
    database_initialized = true
    database_raft_quorum = true
  }
  cost     = 4
  priority = "critical"
}

# 5.5
action "action_5_5" {
  title        = "Verify init-db.sql Execution"
  milestone    = milestone.m5
  precondition = state.database_initialized
  effects = {
    database_schema_created = true
  }
  cost     = 3
  priority = "critical"
}

# 5.6
action "action_5_6" {
  title        = "Wait for Constellation Health Checks"
  milestone    = milestone.m5
  precondition = state.services_started && state.database_initialized
  effects = {
    constellation_replicas_running = true
    healthy_services               = 3
  }
  cost     = 5
  priority = "critical"
}

# 5.7
action "action_5_7" {
  title        = "Check Monitoring Stack Status"
  milestone    = milestone.m5
  precondition = state.services_started
  effects = {
    monitoring_stack_operational = true
    healthy_services             = 6
  }
  cost     = 3
  priority = "high"
}

# 5.8
action "action_5_8" {
  title        = "Inspect Service Logs"
  milestone    = milestone.m5
  precondition = state.services_started
  effects = {
    logs_validated = true
  }
  cost     = 2
  priority = "medium"
}

# 5.9
action "action_5_9" {
  title        = "Verify Network Connectivity"
  milestone    = milestone.m5
  precondition = state.services_started
  effects = {
    service_networking_valid = true
  }
  cost     = 2
  priority = "medium"
}

# 6.1
action "action_6_1" {
  title        = "Test REST API Health Endpoint"
  milestone    = milestone.m6
  precondition = state.constellation_replicas_running
  effects = {
    rest_api_functional = true
  }
  cost     = 3
  priority = "critical"
}

# 6.2
action "action_6_2" {
  title        = "Test REST API Metrics Endpoint"
  milestone    = milestone.m6
  precondition = state.rest_api_functional
  effects = {
    prometheus_metrics_exposed = true
  }
  cost     = 2
  priority = "high"
}

# 6.3
action "action_6_3" {
  title        = "Test gRPC Sync Endpoint"
  milestone    = milestone.m6
  precondition = state.constellation_replicas_running && state.grpc_deps_ready
  effects = {
    grpc_endpoints_responsive = true
  }
  cost     = 5
  priority = "critical"
}

# 6.4
action "action_6_4" {
  title        = "Load Test REST API"
  milestone    = milestone.m6
  precondition = state.rest_api_functional
  effects = {
    api_response_time_ms = below(500)
  }
  cost     = 4
  priority = "medium"
}

# 6.5
action "action_6_5" {
  title        = "Test Database Connection from API"
  milestone    = milestone.m6
  precondition = state.rest_api_functional && state.database_schema_created
  effects = {
    api_database_integration = true
  }
  cost     = 3
  priority = "high"
}

# 6.6
action "action_6_6" {
  title        = "Test Cross-Replica Consistency"
  milestone    = milestone.m6
  precondition = state.constellation_replicas_running
  effects = {
    replica_consistency_validated = true
  }
  cost     = 3
  priority = "medium"
}

# 6.7
action "action_6_7" {
  title        = "Test RuVector Query Performance"
  milestone    = milestone.m6
  precondition = state.database_schema_created
  effects = {
    vector_search_functional = true
  }
  cost     = 5
  priority = "high"
}

# 7.1
action "action_7_1" {
  title        = "Verify Prometheus Targets"
  milestone    = milestone.m7
  precondition = state.monitoring_stack_operational && state.constellation_replicas_running
  effects = {
    prometheus_targets = 3
  }
  cost     = 3
  priority = "high"
}

# 7.2
action "action_7_2" {
  title        = "Query Prometheus Metrics"
  milestone    = milestone.m7
  precondition = state.prometheus_targets == 3
  effects = {
    metrics_collecting = true
  }
  cost     = 3
  priority = "high"
}

# 7.3
action "action_7_3" {
  title        = "Configure Grafana Data Source"
  milestone    = milestone.m7
  precondition = state.monitoring_stack_operational
  effects = {
    grafana_datasource_configured = true
  }
  cost     = 2
  priority = "medium"
}

# 7.4
action "action_7_4" {
  title        = "Import Constellation Dashboard"
  milestone    = milestone.m7
  precondition = state.grafana_datasource_configured
  effects = {
    grafana_dashboard_loaded = true
  }
  cost     = 4
  priority = "medium"
}

# 7.5
action "action_7_5" {
  title        = "Set Up Alerts (Optional)"
  milestone    = milestone.m7
  precondition = state.grafana_dashboard_loaded
  effects = {
    alerting_configured = true
  }
  cost     = 3
  priority = "low"
}

# 7.6
action "action_7_6" {
  title        = "Test Grafana Dashboard Rendering"
  milestone    = milestone.m7
  precondition = state.grafana_dashboard_loaded
  effects = {
    dashboards_rendering = true
  }
  cost     = 2
  priority = "low"
}

# 8.1
action "action_8_1" {
  title        = "Create Integration Test Suite"
  milestone    = milestone.m8
  precondition = state.grpc_endpoints_responsive && state.rest_api_functional
  effects = {
    integration_tests_defined = true
  }
  cost     = 4
  priority = "critical"
}

# 8.2
action "action_8_2" {
  title        = "Run Integration Test Suite"
  milestone    = milestone.m8
  precondition = state.integration_tests_defined && state.constellation_replicas_running
  effects = {
    integration_tests_passing = true
  }
  cost     = 6
  priority = "critical"
}

# 8.3
action "action_8_3" {
  title        = "Performance Benchmark - Sync Latency"
  milestone    = milestone.m8
  precondition = state.grpc_endpoints_responsive
  effects = {
    sync_latency_benchmarked = true
  }
  cost     = 5
  priority = "medium"
}

# 8.4
action "action_8_4" {
  title        = "Performance Benchmark - Vector Search"
  milestone    = milestone.m8
  precondition = state.vector_search_functional
  effects = {
    vector_search_benchmarked = true
  }
  cost     = 6
  priority = "medium"
}

# 8.5
action "action_8_5" {
  title        = "Test Raft Consensus (Database)"
  milestone    = milestone.m8
  precondition = state.database_raft_quorum
  effects = {
    raft_consensus_validated = true
  }
  cost     = 4
  priority = "high"
}

# 8.6
action "action_8_6" {
  title        = "Generate System Report"
  milestone    = milestone.m8
  precondition = state.integration_tests_passing
  effects = {
    deployment_validated  = true
    test_coverage_percent = above(70)
  }
  cost     = 3
  priority = "medium"
}

# 8.7
action "action_8_7" {
  title        = "Chaos Test - Container Restart"
  milestone    = milestone.m8
  precondition = state.constellation_replicas_running
  effects = {
    resilience_validated = true
  }
  cost     = 4
  priority = "low"
}
