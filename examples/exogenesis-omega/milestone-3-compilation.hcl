milestone "compilation" {
  title = "Rust Compilation"
  goal  = "Compile all workspace crates and binaries"
  order = 30
}

locals {
  # The document estimates 20 to 30 minutes for this milestone; the costs add
  # up to 48.
  compilation_time = [for cost in range(11) : "${floor(cost * 25 * 60 / 48 + 0.5)}s"]

  server_binary = "constellation-server"
  worker_binary = "federation-worker"
  cli_binary    = "omega-cli"
}

# The document treats the crates as independent of each other. According to
# their Cargo.toml, the brain requires sync, the SDK requires both, and the CLI
# requires the constellation; here each is built after what it requires.

# 3.1
action "build_omega_tv_brain" {
  title        = "Build omega-tv-brain Crate"
  milestone    = milestone.compilation
  category     = "Compilation & Build"
  precondition = state.dependencies_fetched && state.omega_tv_sync_compiled
  effects = {
    build_artifacts_clean   = false
    omega_tv_brain_compiled = true
  }
  cost          = 6
  duration      = local.compilation_time[6]
  duration_note = local.estimate
  priority      = "high"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  run           = "${local.cargo} build --locked --release -p omega-tv-brain"
  validate      = "test -s target/release/libomega_tv_brain.rlib"
}

# 3.2
action "build_omega_tv_sync" {
  title        = "Build omega-tv-sync Crate"
  milestone    = milestone.compilation
  category     = "Compilation & Build"
  precondition = state.dependencies_fetched
  effects = {
    build_artifacts_clean  = false
    omega_tv_sync_compiled = true
  }
  cost          = 5
  duration      = local.compilation_time[5]
  duration_note = local.estimate
  priority      = "high"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  run           = "${local.cargo} build --locked --release -p omega-tv-sync"
  validate      = "test -s target/release/libomega_tv_sync.rlib"
}

# 3.3
action "build_omega_tv_sdk" {
  title     = "Build omega-tv-sdk Crate"
  milestone = milestone.compilation
  category  = "Compilation & Build"
  precondition = (
    state.dependencies_fetched &&
    state.omega_tv_sync_compiled &&
    state.omega_tv_brain_compiled
  )
  effects = {
    build_artifacts_clean = false
    omega_tv_sdk_compiled = true
  }
  cost          = 5
  duration      = local.compilation_time[5]
  duration_note = local.estimate
  priority      = "high"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  run           = "${local.cargo} build --locked --release -p omega-tv-sdk"
  validate      = "test -s target/release/libomega_tv_sdk.rlib"
}

# 3.4
action "build_omega_constellation" {
  title        = "Build omega-constellation Crate"
  milestone    = milestone.compilation
  category     = "Compilation & Build"
  precondition = state.omega_tv_sync_compiled && state.grpc_deps_ready
  effects = {
    build_artifacts_clean        = false
    omega_constellation_compiled = true
  }
  cost          = 7
  duration      = local.compilation_time[7]
  duration_note = local.estimate
  priority      = "critical"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  run           = "${local.cargo} build --locked --release -p omega-constellation"
  validate      = "test -s target/release/libomega_constellation.rlib"
}

# 3.5
action "build_constellation_server" {
  title        = "Build constellation-server Binary"
  milestone    = milestone.compilation
  category     = "Compilation & Build"
  precondition = state.omega_constellation_compiled
  effects = {
    build_artifacts_clean       = false
    constellation_server_binary = true
    compiled_binaries           = setunion(state.compiled_binaries, [local.server_binary])
  }
  cost          = 8
  duration      = local.compilation_time[8]
  duration_note = local.estimate
  priority      = "critical"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  tools         = ["strip"]
  run           = <<-EOT
    ${local.cargo} build --locked --release --bin ${local.server_binary}
    strip target/release/${local.server_binary}
  EOT
  validate      = <<-EOT
    test -x target/release/${local.server_binary}
    test "$(wc -c < target/release/${local.server_binary})" -lt ${local.max_bytes}
  EOT
}

# 3.6
action "build_federation_worker" {
  title        = "Build federation-worker Binary"
  milestone    = milestone.compilation
  category     = "Compilation & Build"
  precondition = state.omega_constellation_compiled
  effects = {
    build_artifacts_clean    = false
    federation_worker_binary = true
    compiled_binaries        = setunion(state.compiled_binaries, [local.worker_binary])
  }
  cost          = 6
  duration      = local.compilation_time[6]
  duration_note = local.estimate
  priority      = "high"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  tools         = ["strip"]
  run           = <<-EOT
    ${local.cargo} build --locked --release --bin ${local.worker_binary}
    strip target/release/${local.worker_binary}
  EOT
  validate      = "test -x target/release/${local.worker_binary}"
}

# 3.7
# The document expects `omega-cli 0.1.0`; the tool prints "Hello, world!" for
# any argument. Here it must only run; its output isn't checked.
action "build_omega_cli" {
  title        = "Build omega-cli Tool"
  milestone    = milestone.compilation
  category     = "Compilation & Build"
  precondition = state.dependencies_fetched && state.omega_constellation_compiled
  effects = {
    build_artifacts_clean = false
    omega_cli_binary      = true
    compiled_binaries     = setunion(state.compiled_binaries, [local.cli_binary])
  }
  cost          = 4
  duration      = local.compilation_time[4]
  duration_note = local.estimate
  priority      = "low"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  run           = "${local.cargo} build --locked --release --bin ${local.cli_binary}"
  validate      = "./target/release/${local.cli_binary} --version > /dev/null"
}

# 3.8
# The document greps for "test result: ok", which one successful crate prints
# among failed ones; here cargo's exit status decides.
action "run_unit_tests" {
  title        = "Run Unit Tests"
  milestone    = milestone.compilation
  category     = "Compilation & Build"
  precondition = state.omega_constellation_compiled
  effects = {
    build_artifacts_clean = false
    unit_tests_passing    = true
  }
  cost          = 7
  duration      = local.compilation_time[7]
  duration_note = local.estimate
  priority      = "medium"
  workdir       = local.repository
  timeout       = "45m"
  uses          = { cargo = 1 }
  run           = "${local.cargo} test --locked --release --workspace --no-run"
  validate      = "${local.cargo} test --locked --release --workspace"
}
