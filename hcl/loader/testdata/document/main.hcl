# The actions of the plan document, transcribed verbatim: its goal is
# unreachable, because three of its states are the effect of no action.

system "exogenesis-omega-document" {}

state "alerting_configured" {
  type    = bool
  initial = false
}

state "api_database_integration" {
  type    = bool
  initial = false
}

state "api_response_time_ms" {
  type = number
}

state "build_artifacts_clean" {
  type    = bool
  initial = false
}

state "build_scripts_compiled" {
  type    = bool
  initial = false
}

state "compiled_binaries" {
  type    = set(string)
  initial = []
}

state "compose_env_loaded" {
  type    = bool
  initial = false
}

state "constellation_image_built" {
  type    = bool
  initial = false
}

state "constellation_replicas_running" {
  type    = bool
  initial = false
}

state "constellation_server_binary" {
  type    = bool
  initial = false
}

state "crates_compiled" {
  type    = bool
  initial = false
}

state "dashboards_rendering" {
  type    = bool
  initial = false
}

state "database_deps_compatible" {
  type    = bool
  initial = false
}

state "database_initialized" {
  type    = bool
  initial = false
}

state "database_raft_quorum" {
  type    = bool
  initial = false
}

state "database_schema_created" {
  type    = bool
  initial = false
}

state "dependencies_fetched" {
  type    = bool
  initial = false
}

state "dependencies_resolved" {
  type    = bool
  initial = false
}

state "deployment_validated" {
  type    = bool
  initial = false
}

state "disk_space_optimized" {
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

state "docker_images" {
  type    = set(string)
  initial = []
}

state "docker_images_built" {
  type    = bool
  initial = false
}

state "dockerfiles_validated" {
  type    = bool
  initial = false
}

state "environment_variables_configured" {
  type    = bool
  initial = false
}

state "federation_image_built" {
  type    = bool
  initial = false
}

state "federation_worker_binary" {
  type    = bool
  initial = false
}

state "grafana_dashboard_loaded" {
  type    = bool
  initial = false
}

state "grafana_datasource_configured" {
  type    = bool
  initial = false
}

state "grpc_deps_ready" {
  type    = bool
  initial = false
}

state "grpc_endpoints_responsive" {
  type    = bool
  initial = false
}

state "healthy_services" {
  type = number
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

state "integration_tests_defined" {
  type    = bool
  initial = false
}

state "integration_tests_passing" {
  type    = bool
  initial = false
}

state "logs_validated" {
  type    = bool
  initial = false
}

state "metrics_collecting" {
  type    = bool
  initial = false
}

state "monitoring_stack_operational" {
  type    = bool
  initial = false
}

state "omega_cli_binary" {
  type    = bool
  initial = false
}

state "omega_constellation_compiled" {
  type    = bool
  initial = false
}

state "omega_crates_available" {
  type    = bool
  initial = false
}

state "omega_tv_brain_compiled" {
  type    = bool
  initial = false
}

state "omega_tv_sdk_compiled" {
  type    = bool
  initial = false
}

state "omega_tv_sync_compiled" {
  type    = bool
  initial = false
}

state "ports_available" {
  type    = bool
  initial = false
}

state "prometheus_metrics_exposed" {
  type    = bool
  initial = false
}

state "prometheus_targets" {
  type = number
}

state "protoc_installed" {
  type    = bool
  initial = false
}

state "raft_consensus_validated" {
  type    = bool
  initial = false
}

state "replica_consistency_validated" {
  type    = bool
  initial = false
}

state "resilience_validated" {
  type    = bool
  initial = false
}

state "rest_api_functional" {
  type    = bool
  initial = false
}

state "running_containers" {
  type = number
}

state "rust_environment_configured" {
  type    = bool
  initial = false
}

state "rust_toolchain_version" {
  type = string
}

state "ruvector_image_pulled" {
  type    = bool
  initial = false
}

state "service_networking_valid" {
  type    = bool
  initial = false
}

state "services_started" {
  type    = bool
  initial = false
}

state "sufficient_disk_space" {
  type    = bool
  initial = false
}

state "sync_latency_benchmarked" {
  type    = bool
  initial = false
}

state "test_coverage_percent" {
  type = number
}

state "unit_tests_passing" {
  type    = bool
  initial = false
}

state "vector_search_benchmarked" {
  type    = bool
  initial = false
}

state "vector_search_functional" {
  type    = bool
  initial = false
}

state "workspace_members_count" {
  type = number
}

state "workspace_validated" {
  type    = bool
  initial = false
}

milestone "environment_preparation" {
  title = "Environment Preparation"
  order = 1
}

milestone "dependency_resolution" {
  title = "Dependency Resolution"
  order = 2
}

milestone "rust_compilation" {
  title = "Rust Compilation"
  order = 3
}

milestone "docker_image_construction" {
  title = "Docker Image Construction"
  order = 4
}

milestone "docker_compose_orchestration" {
  title = "Docker Compose Orchestration"
  order = 5
}

milestone "api_grpc_validation" {
  title = "API & gRPC Validation"
  order = 6
}

milestone "monitoring_integration" {
  title = "Monitoring Integration"
  order = 7
}

milestone "integration_testing_validation" {
  title = "Integration Testing & Validation"
  order = 8
}

action "verify_rust_toolchain" {
  title     = "Verify Rust Toolchain"
  milestone = milestone.environment_preparation
  effects = {
    rust_environment_configured = true
    rust_toolchain_version      = "1.75"
  }
  cost          = 2
  priority      = "critical"
  priority_note = "blocks all builds"
}

action "install_protocol_buffer_compiler" {
  title        = "Install Protocol Buffer Compiler"
  milestone    = milestone.environment_preparation
  precondition = state.rust_environment_configured
  effects = {
    protoc_installed = true
  }
  cost          = 3
  priority      = "critical"
  priority_note = "required for tonic gRPC compilation"
}

action "verify_docker_docker_compose" {
  title     = "Verify Docker & Docker Compose"
  milestone = milestone.environment_preparation
  effects = {
    docker_available         = true
    docker_compose_available = true
  }
  cost          = 2
  priority      = "critical"
  priority_note = "deployment blocker"
}

action "create_env_configuration" {
  title     = "Create .env Configuration"
  milestone = milestone.environment_preparation
  effects = {
    environment_variables_configured = true
  }
  cost     = 1
  priority = "high"
}

action "verify_workspace_structure" {
  title     = "Verify Workspace Structure"
  milestone = milestone.environment_preparation
  effects = {
    workspace_validated     = true
    workspace_members_count = 7
  }
  cost     = 2
  priority = "critical"
}

action "check_disk_space" {
  title     = "Check Disk Space"
  milestone = milestone.environment_preparation
  effects = {
    sufficient_disk_space = true
  }
  cost     = 1
  priority = "medium"
}

action "verify_network_ports_available" {
  title     = "Verify Network Ports Available"
  milestone = milestone.environment_preparation
  effects = {
    ports_available = true
  }
  cost     = 2
  priority = "high"
}

action "cargo_clean_fresh_build" {
  title        = "Cargo Clean (Fresh Build)"
  milestone    = milestone.dependency_resolution
  precondition = state.workspace_validated
  effects = {
    build_artifacts_clean = true
  }
  cost     = 1
  priority = "medium"
}

action "fetch_workspace_dependencies" {
  title        = "Fetch Workspace Dependencies"
  milestone    = milestone.dependency_resolution
  precondition = state.rust_environment_configured && state.workspace_validated
  effects = {
    dependencies_fetched = true
  }
  cost      = 4
  cost_note = "network-dependent"
  priority  = "critical"
}

action "verify_omega_crates_availability" {
  title        = "Verify omega-* Crates Availability"
  milestone    = milestone.dependency_resolution
  precondition = state.dependencies_fetched
  effects = {
    omega_crates_available = true
  }
  cost     = 3
  priority = "critical"
}

action "check_sqlx_compatibility" {
  title        = "Check sqlx Compatibility"
  milestone    = milestone.dependency_resolution
  precondition = state.dependencies_fetched
  effects = {
    database_deps_compatible = true
  }
  cost     = 2
  priority = "high"
}

action "verify_grpc_dependencies_tonic" {
  title        = "Verify gRPC Dependencies (tonic)"
  milestone    = milestone.dependency_resolution
  precondition = state.dependencies_fetched && state.protoc_installed
  effects = {
    grpc_deps_ready = true
  }
  cost     = 3
  priority = "critical"
}

action "pre_compile_build_scripts" {
  title        = "Pre-compile Build Scripts"
  milestone    = milestone.dependency_resolution
  precondition = state.dependencies_fetched
  effects = {
    build_scripts_compiled = true
  }
  cost      = 5
  cost_note = "compile time"
  priority  = "medium"
}

action "build_omega_tv_brain_crate" {
  title        = "Build omega-tv-brain Crate"
  milestone    = milestone.rust_compilation
  precondition = state.dependencies_fetched
  effects = {
    omega_tv_brain_compiled = true
  }
  cost     = 6
  priority = "high"
}

action "build_omega_tv_sync_crate" {
  title        = "Build omega-tv-sync Crate"
  milestone    = milestone.rust_compilation
  precondition = state.dependencies_fetched
  effects = {
    omega_tv_sync_compiled = true
  }
  cost     = 5
  priority = "high"
}

action "build_omega_tv_sdk_crate" {
  title        = "Build omega-tv-sdk Crate"
  milestone    = milestone.rust_compilation
  precondition = state.dependencies_fetched
  effects = {
    omega_tv_sdk_compiled = true
  }
  cost     = 5
  priority = "high"
}

action "build_omega_constellation_crate" {
  title        = "Build omega-constellation Crate"
  milestone    = milestone.rust_compilation
  precondition = state.omega_tv_sync_compiled && state.grpc_deps_ready
  effects = {
    omega_constellation_compiled = true
  }
  cost     = 7
  priority = "critical"
}

action "build_constellation_server_binary" {
  title        = "Build constellation-server Binary"
  milestone    = milestone.rust_compilation
  precondition = state.omega_constellation_compiled
  effects = {
    constellation_server_binary = true
    compiled_binaries           = setunion(state.compiled_binaries, ["constellation-server"])
  }
  cost     = 8
  priority = "critical"
}

action "build_federation_worker_binary" {
  title        = "Build federation-worker Binary"
  milestone    = milestone.rust_compilation
  precondition = state.omega_constellation_compiled
  effects = {
    federation_worker_binary = true
    compiled_binaries        = setunion(state.compiled_binaries, ["federation-worker"])
  }
  cost     = 6
  priority = "high"
}

action "build_omega_cli_tool" {
  title        = "Build omega-cli Tool"
  milestone    = milestone.rust_compilation
  precondition = state.dependencies_fetched
  effects = {
    omega_cli_binary  = true
    compiled_binaries = setunion(state.compiled_binaries, ["omega-cli"])
  }
  cost     = 4
  priority = "low"
}

action "run_unit_tests" {
  title        = "Run Unit Tests"
  milestone    = milestone.rust_compilation
  precondition = state.omega_constellation_compiled
  effects = {
    unit_tests_passing = true
  }
  cost     = 7
  priority = "medium"
}

action "verify_dockerfiles_exist" {
  title     = "Verify Dockerfiles Exist"
  milestone = milestone.docker_image_construction
  effects = {
    dockerfiles_validated = true
  }
  cost     = 1
  priority = "critical"
}

action "build_constellation_server_image" {
  title        = "Build Constellation Server Image"
  milestone    = milestone.docker_image_construction
  precondition = state.dockerfiles_validated && state.constellation_server_binary
  effects = {
    constellation_image_built = true
    docker_images             = setunion(state.docker_images, ["constellation:latest"])
  }
  cost     = 8
  priority = "critical"
}

action "build_federation_worker_image" {
  title        = "Build Federation Worker Image"
  milestone    = milestone.docker_image_construction
  precondition = state.dockerfiles_validated && state.federation_worker_binary
  effects = {
    federation_image_built = true
    docker_images          = setunion(state.docker_images, ["federation:latest"])
  }
  cost     = 7
  priority = "high"
}

action "test_image_health_checks" {
  title        = "Test Image Health Checks"
  milestone    = milestone.docker_image_construction
  precondition = state.constellation_image_built
  effects = {
    image_health_checks_valid = true
  }
  cost     = 2
  priority = "medium"
}

action "verify_image_labels" {
  title        = "Verify Image Labels"
  milestone    = milestone.docker_image_construction
  precondition = state.constellation_image_built
  effects = {
    image_metadata_valid = true
  }
  cost     = 1
  priority = "low"
}

action "tag_images_for_local_registry" {
  title        = "Tag Images for Local Registry"
  milestone    = milestone.docker_image_construction
  precondition = state.constellation_image_built && state.federation_image_built
  effects = {
    images_tagged = true
  }
  cost     = 1
  priority = "low"
}

action "prune_dangling_images" {
  title        = "Prune Dangling Images"
  milestone    = milestone.docker_image_construction
  precondition = state.images_tagged
  effects = {
    disk_space_optimized = true
  }
  cost     = 2
  priority = "low"
}

action "load_environment_variables" {
  title        = "Load Environment Variables"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.environment_variables_configured
  effects = {
    compose_env_loaded = true
  }
  cost     = 1
  priority = "critical"
}

action "pull_ruvector_postgres_image" {
  title        = "Pull RuVector-Postgres Image"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.docker_available
  effects = {
    ruvector_image_pulled = true
  }
  cost      = 4
  cost_note = "network-dependent"
  priority  = "critical"
}

action "start_docker_compose_stack" {
  title        = "Start Docker Compose Stack"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.constellation_image_built && state.federation_image_built && state.ruvector_image_pulled && state.compose_env_loaded
  effects = {
    services_started   = true
    running_containers = 6
  }
  cost     = 5
  priority = "critical"
}

action "monitor_database_initialization" {
  title        = "Monitor Database Initialization"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.services_started
  effects = {
    database_initialized = true
    database_raft_quorum = true
  }
  cost     = 4
  priority = "critical"
}

action "verify_init_db_sql_execution" {
  title        = "Verify init-db.sql Execution"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.database_initialized
  effects = {
    database_schema_created = true
  }
  cost     = 3
  priority = "critical"
}

action "wait_for_constellation_health_checks" {
  title        = "Wait for Constellation Health Checks"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.services_started && state.database_initialized
  effects = {
    constellation_replicas_running = true
    healthy_services               = 3
  }
  cost     = 5
  priority = "critical"
}

action "check_monitoring_stack_status" {
  title        = "Check Monitoring Stack Status"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.services_started
  effects = {
    monitoring_stack_operational = true
    healthy_services             = 6
  }
  cost     = 3
  priority = "high"
}

action "inspect_service_logs" {
  title        = "Inspect Service Logs"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.services_started
  effects = {
    logs_validated = true
  }
  cost     = 2
  priority = "medium"
}

action "verify_network_connectivity" {
  title        = "Verify Network Connectivity"
  milestone    = milestone.docker_compose_orchestration
  precondition = state.services_started
  effects = {
    service_networking_valid = true
  }
  cost     = 2
  priority = "medium"
}

action "test_rest_api_health_endpoint" {
  title        = "Test REST API Health Endpoint"
  milestone    = milestone.api_grpc_validation
  precondition = state.constellation_replicas_running
  effects = {
    rest_api_functional = true
  }
  cost     = 3
  priority = "critical"
}

action "test_rest_api_metrics_endpoint" {
  title        = "Test REST API Metrics Endpoint"
  milestone    = milestone.api_grpc_validation
  precondition = state.rest_api_functional
  effects = {
    prometheus_metrics_exposed = true
  }
  cost     = 2
  priority = "high"
}

action "test_grpc_sync_endpoint" {
  title        = "Test gRPC Sync Endpoint"
  milestone    = milestone.api_grpc_validation
  precondition = state.constellation_replicas_running && state.grpc_deps_ready
  effects = {
    grpc_endpoints_responsive = true
  }
  cost     = 5
  priority = "critical"
}

action "load_test_rest_api" {
  title        = "Load Test REST API"
  milestone    = milestone.api_grpc_validation
  precondition = state.rest_api_functional
  effects = {
    api_response_time_ms = below(500)
  }
  cost     = 4
  priority = "medium"
}

action "test_database_connection_from_api" {
  title        = "Test Database Connection from API"
  milestone    = milestone.api_grpc_validation
  precondition = state.rest_api_functional && state.database_schema_created
  effects = {
    api_database_integration = true
  }
  cost     = 3
  priority = "high"
}

action "test_cross_replica_consistency" {
  title        = "Test Cross-Replica Consistency"
  milestone    = milestone.api_grpc_validation
  precondition = state.constellation_replicas_running
  effects = {
    replica_consistency_validated = true
  }
  cost     = 3
  priority = "medium"
}

action "test_ruvector_query_performance" {
  title        = "Test RuVector Query Performance"
  milestone    = milestone.api_grpc_validation
  precondition = state.database_schema_created
  effects = {
    vector_search_functional = true
  }
  cost     = 5
  priority = "high"
}

action "verify_prometheus_targets" {
  title        = "Verify Prometheus Targets"
  milestone    = milestone.monitoring_integration
  precondition = state.monitoring_stack_operational && state.constellation_replicas_running
  effects = {
    prometheus_targets = 3
  }
  cost     = 3
  priority = "high"
}

action "query_prometheus_metrics" {
  title        = "Query Prometheus Metrics"
  milestone    = milestone.monitoring_integration
  precondition = state.prometheus_targets == 3
  effects = {
    metrics_collecting = true
  }
  cost     = 3
  priority = "high"
}

action "configure_grafana_data_source" {
  title        = "Configure Grafana Data Source"
  milestone    = milestone.monitoring_integration
  precondition = state.monitoring_stack_operational
  effects = {
    grafana_datasource_configured = true
  }
  cost     = 2
  priority = "medium"
}

action "import_constellation_dashboard" {
  title        = "Import Constellation Dashboard"
  milestone    = milestone.monitoring_integration
  precondition = state.grafana_datasource_configured
  effects = {
    grafana_dashboard_loaded = true
  }
  cost     = 4
  priority = "medium"
}

action "set_up_alerts_optional" {
  title        = "Set Up Alerts (Optional)"
  milestone    = milestone.monitoring_integration
  precondition = state.grafana_dashboard_loaded
  effects = {
    alerting_configured = true
  }
  cost     = 3
  priority = "low"
}

action "test_grafana_dashboard_rendering" {
  title        = "Test Grafana Dashboard Rendering"
  milestone    = milestone.monitoring_integration
  precondition = state.grafana_dashboard_loaded
  effects = {
    dashboards_rendering = true
  }
  cost     = 2
  priority = "low"
}

action "create_integration_test_suite" {
  title        = "Create Integration Test Suite"
  milestone    = milestone.integration_testing_validation
  precondition = state.grpc_endpoints_responsive && state.rest_api_functional
  effects = {
    integration_tests_defined = true
  }
  cost     = 4
  priority = "critical"
}

action "run_integration_test_suite" {
  title        = "Run Integration Test Suite"
  milestone    = milestone.integration_testing_validation
  precondition = state.integration_tests_defined && state.constellation_replicas_running
  effects = {
    integration_tests_passing = true
  }
  cost     = 6
  priority = "critical"
}

action "performance_benchmark_sync_latency" {
  title        = "Performance Benchmark - Sync Latency"
  milestone    = milestone.integration_testing_validation
  precondition = state.grpc_endpoints_responsive
  effects = {
    sync_latency_benchmarked = true
  }
  cost     = 5
  priority = "medium"
}

action "performance_benchmark_vector_search" {
  title        = "Performance Benchmark - Vector Search"
  milestone    = milestone.integration_testing_validation
  precondition = state.vector_search_functional
  effects = {
    vector_search_benchmarked = true
  }
  cost     = 6
  priority = "medium"
}

action "test_raft_consensus_database" {
  title        = "Test Raft Consensus (Database)"
  milestone    = milestone.integration_testing_validation
  precondition = state.database_raft_quorum
  effects = {
    raft_consensus_validated = true
  }
  cost     = 4
  priority = "high"
}

action "generate_system_report" {
  title        = "Generate System Report"
  milestone    = milestone.integration_testing_validation
  precondition = state.integration_tests_passing
  effects = {
    deployment_validated  = true
    test_coverage_percent = above(70)
  }
  cost     = 3
  priority = "medium"
}

action "chaos_test_container_restart" {
  title        = "Chaos Test - Container Restart"
  milestone    = milestone.integration_testing_validation
  precondition = state.constellation_replicas_running
  effects = {
    resilience_validated = true
  }
  cost     = 4
  priority = "low"
}

goal "document" {
  condition = alltrue([
    state.rust_environment_configured,
    state.dependencies_resolved,
    state.crates_compiled,
    state.docker_images_built,
    state.database_initialized,
    state.constellation_replicas_running,
    state.monitoring_stack_operational,
    state.grpc_endpoints_responsive,
    state.rest_api_functional,
    state.integration_tests_passing,
  ])
}
