milestone "environment" {
  title = "Environment Preparation"
  goal  = "Establish the Rust development environment and verify the toolchain"
  order = 10
}

locals {
  # The document estimates 15 to 20 minutes for this milestone. The time of an
  # action with cost n is its share of 17.5 minutes; the costs add up to 13.
  environment_time = [for cost in range(11) : "${floor(cost * 17.5 * 60 / 13 + 0.5)}s"]

  # The document checks ports 8080 to 8082, but not 8083, which it publishes;
  # here the list contains what the services publish.
  published_ports = concat(
    [service.database.port.sql.host],
    service.constellation.instances[*].port.grpc.host,
    service.constellation.instances[*].port.rest.host,
    service.constellation.instances[*].port.metrics.host,
    [service.prometheus.port.http.host, service.grafana.port.http.host],
  )
}

# 1.1
# The document makes 1.75 the default toolchain of the whole user account; here
# it is installed in addition to the others, and each cargo command names it.
action "verify_rust_toolchain" {
  title     = "Verify Rust Toolchain"
  milestone = milestone.environment
  category  = "Environment Setup"
  effects = {
    rust_environment_configured = true
    rust_toolchain_version      = var.rust_version
  }
  cost          = 2
  duration      = local.environment_time[2]
  duration_note = local.estimate
  priority      = "critical"
  priority_note = "blocks all builds"
  tools         = ["rustup"]
  run           = <<-EOT
    if ! rustc +${var.rust_version} --version; then
      rustup toolchain install ${var.rust_version} --profile minimal
    fi
    ${local.cargo} --version
  EOT
  validate      = "test \"$(rustc +${var.rust_version} --version | cut -d ' ' -f 2 | cut -d . -f 1,2)\" = ${var.rust_version}"
}

# 1.2
# The document runs `sudo apt-get install`. A deployment should install nothing
# on its host, so here the action only checks for the tool and explains how to
# install it.
action "install_protobuf_compiler" {
  title        = "Install Protocol Buffer Compiler"
  milestone    = milestone.environment
  category     = "Environment Setup"
  precondition = state.rust_environment_configured
  effects = {
    protoc_installed = true
  }
  cost          = 3
  duration      = local.environment_time[3]
  duration_note = local.estimate
  priority      = "critical"
  priority_note = "required for tonic gRPC compilation"
  run           = <<-EOT
    if ! command -v protoc; then
      echo "protoc is missing. Install protobuf-compiler 3 or later with your system's package manager." >&2
      exit 1
    fi
  EOT
  validate      = "test \"$(protoc --version | cut -d ' ' -f 2 | cut -d . -f 1)\" -ge 3"
}

# 1.3
# The document greps Compose's version for "v2", which rejects version 5; here
# the numbers are compared.
action "verify_docker" {
  title     = "Verify Docker & Docker Compose"
  targets   = ["compose"]
  milestone = milestone.environment
  category  = "Environment Setup"
  effects = {
    docker_available         = true
    docker_compose_available = true
  }
  cost          = 2
  duration      = local.environment_time[2]
  duration_note = local.estimate
  priority      = "critical"
  priority_note = "deployment blocker"
  tools         = ["docker >= 23"]
  run           = <<-EOT
    docker info --format 'Docker Engine {{.ServerVersion}}'
    docker compose version
  EOT
  validate      = <<-EOT
    version=$(docker compose version --short)
    version=$${version#v}
    test "$${version%%.*}" -ge 2
    # Later actions use it to wait for healthchecks.
    docker compose up --help | grep -q -e --wait-timeout
  EOT
}

# 1.4
# The document rewrites .env in each run, with a new password that the
# database's volume doesn't know; here an existing secret is kept. Compose
# reads nothing of what it writes into .env; here the settings are in the
# services, and the secrets are files that only their owner can read.
action "create_env_configuration" {
  title     = "Create .env Configuration"
  targets   = ["compose"]
  milestone = milestone.environment
  category  = "Environment Setup"
  effects = {
    environment_variables_configured = true
  }
  achieves = [
    secret.postgres_password.set,
    secret.omega_app_password.set,
    secret.omega_federation_password.set,
    secret.grafana_password.set,
  ]
  cost          = 1
  duration      = local.environment_time[1]
  duration_note = local.estimate
  priority      = "high"
  run           = <<-EOT
    # A secret that a script uses is generated before the script runs, unless
    # it exists.
    test -n ${secret.postgres_password}
    test -n ${secret.omega_app_password}
    test -n ${secret.omega_federation_password}
    test -n ${secret.grafana_password}
  EOT
  validate      = <<-EOT
    for value in ${secret.postgres_password} ${secret.omega_app_password} ${secret.omega_federation_password} ${secret.grafana_password}; do
      test "$${#value}" -eq ${local.secret_length}
    done
  EOT
}

# 1.5
# The document prints "Missing" and continues; here the number of members is
# measured and compared. It also forgets that this requires cargo.
action "verify_workspace_structure" {
  title        = "Verify Workspace Structure"
  milestone    = milestone.environment
  category     = "Environment Setup"
  precondition = state.rust_environment_configured
  effects = {
    workspace_validated     = true
    workspace_members_count = 7
  }
  cost          = 2
  duration      = local.environment_time[2]
  duration_note = local.estimate
  priority      = "critical"
  workdir       = local.repository
  tools         = ["jq"]
  run           = <<-EOT
    metadata=$(${local.cargo} metadata --no-deps --format-version 1)
    printf '%s' "$metadata" | jq '.workspace_members | length'
  EOT
  validate      = <<-EOT
    for member in crates/omega-tv-brain crates/omega-tv-sync crates/omega-tv-sdk crates/omega-constellation services/constellation-server services/federation-worker tools/omega-cli; do
      test -f "$member/Cargo.toml"
    done
  EOT

  measure "workspace_members_count" {
    from = "output"
  }
}

# 1.6
action "check_disk_space" {
  title     = "Check Disk Space"
  milestone = milestone.environment
  category  = "Environment Setup"
  effects = {
    sufficient_disk_space = true
  }
  cost          = 1
  duration      = local.environment_time[1]
  duration_note = local.estimate
  priority      = "medium"
  workdir       = local.repository
  run           = "df -Pk ."
  validate      = <<-EOT
    # 10 GB, in kilobytes.
    available=$(df -Pk . | awk 'NR == 2 { print $4 }')
    test "$available" -ge 10485760
  EOT
}

# 1.7
# The document prints which ports are in use and succeeds; its validation is
# inverted. Here a port must be free, or used by this deployment.
action "verify_ports_available" {
  title        = "Verify Network Ports Available"
  targets      = ["compose"]
  milestone    = milestone.environment
  category     = "Environment Setup"
  precondition = state.docker_available
  effects = {
    ports_available = true
  }
  cost          = 2
  duration      = local.environment_time[2]
  duration_note = local.estimate
  priority      = "high"
  tools         = ["ss"]
  run           = "ss -Hltn"
  validate      = <<-EOT
    ours=" ${join(" ", local.containers)} "
    taken=0
    for port in ${join(" ", local.published_ports)}; do
      owner=$(docker ps --filter "publish=$port" --format '{{.Names}}')
      case $ours in
        *" $owner "*) continue ;;
      esac
      listeners=$(ss -Hltn "sport = :$port")
      if [ -n "$listeners" ]; then
        echo "Port $port is taken: $listeners" >&2
        taken=1
      fi
    done
    exit "$taken"
  EOT
}

# The document runs 1.7 in parallel with these, but here it requires Docker.
parallel "environment_checks" {
  actions = [
    action.verify_rust_toolchain,
    action.verify_docker,
    action.create_env_configuration,
    action.check_disk_space,
  ]
}
