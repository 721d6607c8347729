# The milestones in order, and the first two: is this machine suitable, and is
# everything that the build needs available?
#
# Durations are for a machine with two CPUs.

milestone "preflight" {
  title = "Preflight"
  goal  = "Check that this machine can build and run the system"
  order = 10
}

state "docker_ready" {
  type        = bool
  initial     = false
  description = "Docker Engine 25 or later and Compose respond."
}

state "go_ready" {
  type        = bool
  initial     = false
  description = "Go 1.24 or later is installed, and the module's sources exist."
}

state "disk_ready" {
  type        = bool
  initial     = false
  description = "There is disk space for images and volumes."
}

state "ports_ready" {
  type        = bool
  initial     = false
  description = "Every host port is free, or used by this system."
}

state "secrets_ready" {
  type        = bool
  initial     = false
  description = "Every password exists."
}

action "check_docker" {
  title     = "Check Docker and Compose"
  targets   = ["compose"]
  milestone = milestone.preflight
  effects   = { docker_ready = true }
  cost      = 1
  duration  = "2s"
  priority  = "critical"
  tools     = ["docker >= 25"]
  run       = <<-EOT
    docker info --format 'Docker Engine {{.ServerVersion}}, {{.Driver}}'
    docker compose version
  EOT
  validate  = "docker compose up --help | grep -q -e --wait"
}

action "check_go" {
  title     = "Check Go and the sources"
  milestone = milestone.preflight
  effects   = { go_ready = true }
  cost      = 1
  duration  = "2s"
  priority  = "critical"
  workdir   = local.source
  tools     = ["go >= 1.24"]
  run       = "go version"
  validate  = "test \"$(go list -m)\" = example.org/constellation"
}

action "check_disk" {
  title        = "Check disk space"
  targets      = ["compose"]
  milestone    = milestone.preflight
  precondition = state.docker_ready
  effects      = { disk_ready = true }
  cost         = 1
  duration     = "1s"
  run          = "df -Pk \"$(docker info --format '{{.DockerRootDir}}')\""
  validate     = <<-EOT
    # 2 GB, in kilobytes, for images and volumes; deploy.sh itself checks the kit's folder.
    root=$(docker info --format '{{.DockerRootDir}}')
    free=$(df -Pk "$root" | awk 'NR == 2 { print $4 }')
    test "$free" -ge 2097152
  EOT
}

action "check_ports" {
  title        = "Check published ports"
  targets      = ["compose"]
  milestone    = milestone.preflight
  precondition = state.docker_ready
  effects      = { ports_ready = true }
  cost         = 1
  duration     = "1s"
  tools        = ["ss"]
  run          = "ss -Hltn"
  validate     = <<-EOT
    taken=0
    for port in ${join(" ", local.published_ports)}; do
      # a container of this project, perhaps of an earlier kit, which makes room in its turn
      ours=$(docker ps --quiet --filter "publish=$port" --filter "label=com.docker.compose.project=constellation")
      [ -z "$ours" ] || continue
      listeners=$(ss -Hltn "sport = :$port")
      if [ -n "$listeners" ]; then
        echo "Port $port is taken: $listeners" >&2
        taken=1
      fi
    done
    exit "$taken"
  EOT
}

action "make_secrets" {
  title     = "Generate the passwords"
  targets   = ["compose"]
  milestone = milestone.preflight
  effects   = { secrets_ready = true }
  achieves = [
    secret.postgres_password.set,
    secret.constellation_password.set,
    secret.federation_password.set,
    secret.grafana_password.set,
  ]
  cost     = 1
  duration = "1s"
  priority = "high"
  run      = <<-EOT
    # A secret that a script refers to is generated before the script runs, if missing.
    test -n ${secret.postgres_password}
    test -n ${secret.constellation_password}
    test -n ${secret.federation_password}
    test -n ${secret.grafana_password}
  EOT
  validate = <<-EOT
    for value in ${secret.postgres_password} ${secret.constellation_password} ${secret.federation_password} ${secret.grafana_password}; do
      test "$${#value}" -eq ${local.secret_length}
    done
  EOT
}

locals {
  published_ports = concat(
    service.constellation.instances[*].port.grpc.host,
    service.constellation.instances[*].port.rest.host,
    service.constellation.instances[*].port.metrics.host,
    [service.prometheus.port.http.host, service.alertmanager.port.http.host],
    var.grafana ? [service.grafana.port.http.host] : [],
  )
}

milestone "dependencies" {
  title = "Dependencies"
  goal  = "Download every module, and verify its checksum"
  order = 20
}

state "modules_downloaded" {
  type        = bool
  initial     = false
  description = "Every module is in Go's cache."
}

state "modules_verified" {
  type        = bool
  initial     = false
  description = "Every module in the cache has the checksum of go.sum."
}

state "modules_vendored" {
  type        = bool
  initial     = false
  description = "The folder vendor matches go.mod, so that images can be built without a network."
}

action "download_modules" {
  title        = "Download the modules"
  milestone    = milestone.dependencies
  precondition = state.go_ready
  effects      = { modules_downloaded = true }
  cost         = 2
  duration     = "10s"
  workdir      = local.source
  tools        = ["go >= 1.24"]
  retries      = 2
  run          = "go mod download"
  validate     = "GOFLAGS=-mod=mod GOPROXY=off go list -deps ./... > /dev/null"
}

action "verify_modules" {
  title        = "Verify the modules"
  milestone    = milestone.dependencies
  precondition = state.modules_downloaded
  effects      = { modules_verified = true }
  cost         = 1
  duration     = "4s"
  workdir      = local.source
  tools        = ["go >= 1.24"]
  run          = "go mod verify"
  validate     = "go mod verify > /dev/null"
}

action "vendor_modules" {
  title        = "Vendor the modules"
  milestone    = milestone.dependencies
  precondition = state.modules_verified
  effects      = { modules_vendored = true }
  cost         = 1
  duration     = "3s"
  priority     = "high"
  workdir      = local.source
  tools        = ["go >= 1.24"]
  run          = "GOPROXY=off go mod vendor"
  validate     = "GOPROXY=off go list -mod=vendor -deps ./... > /dev/null"
}
