milestone "dependencies" {
  title = "Dependency Resolution"
  goal  = "Fetch and verify all Rust dependencies from crates.io"
  order = 20
}

locals {
  # The document estimates 10 to 15 minutes for this milestone; the costs add
  # up to 18.
  dependencies_time = [for cost in range(11) : "${floor(cost * 12.5 * 60 / 18 + 0.5)}s"]
}

# 2.1
# The document doesn't declare what `cargo clean` deletes, so it may run after
# the builds and leave nothing to deploy. Here it removes the compiled crates
# and binaries, so the planner puts it before the builds.
action "cargo_clean" {
  title        = "Cargo Clean (Fresh Build)"
  milestone    = milestone.dependencies
  category     = "Dependency Management"
  precondition = state.rust_environment_configured && state.workspace_validated
  effects = {
    build_artifacts_clean        = true
    build_scripts_compiled       = false
    omega_tv_brain_compiled      = false
    omega_tv_sync_compiled       = false
    omega_tv_sdk_compiled        = false
    omega_constellation_compiled = false
    constellation_server_binary  = false
    federation_worker_binary     = false
    omega_cli_binary             = false
    compiled_binaries            = []
  }
  cost          = 1
  duration      = local.dependencies_time[1]
  duration_note = local.estimate
  priority      = "medium"
  workdir       = local.repository
  uses          = { cargo = 1 }
  run           = "${local.cargo} clean"
  validate      = "test ! -e target/release && test ! -e target/debug"
}

# 2.2
# The document fetches with --locked from a repository that doesn't contain
# Cargo.lock; here its absence is reported first. The document's validation
# counts files of the registry; here cargo itself checks, offline.
action "fetch_dependencies" {
  title        = "Fetch Workspace Dependencies"
  milestone    = milestone.dependencies
  category     = "Dependency Management"
  precondition = state.rust_environment_configured && state.workspace_validated
  effects = {
    dependencies_fetched = true
  }
  cost          = 4
  cost_note     = "network-dependent"
  duration      = local.dependencies_time[4]
  duration_note = local.estimate
  priority      = "critical"
  workdir       = local.repository
  retries       = 2
  backoff       = "10s"
  timeout       = "15m"
  uses          = { cargo = 1 }
  run           = <<-EOT
    if ! [ -f Cargo.lock ]; then
      echo "Cargo.lock is missing. Run 'cargo generate-lockfile' and commit the file: without it no build can be repeated." >&2
      exit 1
    fi
    ${local.cargo} fetch --locked
  EOT
  validate      = "${local.cargo} fetch --locked --offline"
}

# 2.3
# The document searches crates.io for seven crates and ignores missing ones;
# here every omega-* crate that a member requires must have been resolved.
action "verify_omega_crates" {
  title        = "Verify omega-* Crates Availability"
  milestone    = milestone.dependencies
  category     = "Dependency Management"
  precondition = state.dependencies_fetched
  effects = {
    omega_crates_available = true
  }
  cost          = 3
  duration      = local.dependencies_time[3]
  duration_note = local.estimate
  priority      = "critical"
  workdir       = local.repository
  tools         = ["jq"]
  run           = "${local.cargo} tree --locked --offline --workspace --depth 1"
  validate      = <<-EOT
    metadata=$(${local.cargo} metadata --locked --offline --format-version 1)
    printf '%s' "$metadata" | jq -e '
      [.packages[].name] as $resolved
      | [.packages[] | select(.source == null) | .dependencies[].name | select(startswith("omega-"))] - $resolved
      | length == 0' > /dev/null
  EOT
}

# 2.4
action "check_sqlx_compatibility" {
  title        = "Check sqlx Compatibility"
  milestone    = milestone.dependencies
  category     = "Dependency Management"
  precondition = state.dependencies_fetched
  effects = {
    database_deps_compatible = true
  }
  cost          = 2
  duration      = local.dependencies_time[2]
  duration_note = local.estimate
  priority      = "high"
  workdir       = local.repository
  tools         = ["jq"]
  run           = "${local.cargo} tree --locked --offline --workspace --invert sqlx --edges features"
  validate      = <<-EOT
    metadata=$(${local.cargo} metadata --locked --offline --format-version 1)
    # sqlx uses PostgreSQL, and at most one SQLite library is linked.
    printf '%s' "$metadata" | jq -e '
      (.packages | map(select(.name == "sqlx") | .id)) as $sqlx
      | any(.resolve.nodes[] | select(.id | IN($sqlx[])) | .features[]; . == "postgres")
        and (.packages | map(select(.name == "libsqlite3-sys")) | length <= 1)' > /dev/null
  EOT
}

# 2.5
action "verify_grpc_dependencies" {
  title        = "Verify gRPC Dependencies (tonic)"
  milestone    = milestone.dependencies
  category     = "Dependency Management"
  precondition = state.dependencies_fetched && state.protoc_installed
  effects = {
    grpc_deps_ready = true
  }
  cost          = 3
  duration      = local.dependencies_time[3]
  duration_note = local.estimate
  priority      = "critical"
  workdir       = local.repository
  tools         = ["jq"]
  run           = <<-EOT
    ${local.cargo} tree --locked --offline --workspace --depth 0 --invert tonic
    ${local.cargo} tree --locked --offline --workspace --depth 0 --invert prost
    # protoc must accept each interface.
    find proto -name '*.proto' -exec protoc --proto_path proto --descriptor_set_out /dev/null {} +
  EOT
  validate      = <<-EOT
    test -n "$(find proto -name '*.proto')"
    metadata=$(${local.cargo} metadata --locked --offline --format-version 1)
    printf '%s' "$metadata" | jq -e '["tonic", "prost"] - [.packages[].name] | length == 0' > /dev/null
  EOT
}

# 2.6
action "precompile_build_scripts" {
  title        = "Pre-compile Build Scripts"
  milestone    = milestone.dependencies
  category     = "Dependency Management"
  precondition = state.dependencies_fetched
  effects = {
    build_artifacts_clean  = false
    build_scripts_compiled = true
  }
  cost          = 5
  cost_note     = "compile time"
  duration      = local.dependencies_time[5]
  duration_note = local.estimate
  priority      = "medium"
  workdir       = local.repository
  timeout       = "30m"
  uses          = { cargo = 1 }
  run           = "${local.cargo} build --locked --workspace --lib --all-features"
  validate      = "test -n \"$(find target/debug/build -name build-script-build -type f)\""
}

parallel "dependency_checks" {
  actions = [
    action.verify_omega_crates,
    action.check_sqlx_compatibility,
    action.verify_grpc_dependencies,
    action.precompile_build_scripts,
  ]
}
