# The goals: `omegagen plan --goal NAME`, and `./deploy.sh --goal NAME`.

# The document's goal state.
goal "operational" {
  title   = "The document's goal state"
  default = true
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

# The document's goal state omits more than half of its own actions, among them
# the unit tests and all benchmarks, because nothing in it requires them. Here
# the goal `full` includes all 57.
goal "full" {
  title     = "Operational, and every action of the document done"
  condition = goal.operational
  include   = milestone.*
}

goal "fast_track" {
  title     = "Operational, as early as possible"
  condition = goal.operational
  objective = "makespan"
}

goal "targets" {
  title = "Operational, and each typed variable at its target"
  condition = (
    goal.operational &&
    state.rust_toolchain_version == var.rust_version &&
    state.workspace_members_count == 7 &&
    state.compiled_binaries == [local.server_binary, local.worker_binary, local.cli_binary] &&
    (!local.on_compose || state.docker_images == [local.server_image.tag, image.federation.tag]) &&
    (!local.on_compose || state.running_containers == length(local.containers)) &&
    state.healthy_services == length(local.containers) &&
    state.database_raft_quorum &&
    state.prometheus_targets == length(local.constellation_containers) &&
    state.api_response_time_ms < 500 &&
    state.test_coverage_percent > 70
  )
}
