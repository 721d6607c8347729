# Constellation: the flagship's shape as a system that can be run. A server of
# a few hundred lines in Go (app/) in three replicas, a federation worker, a
# command-line tool, PostgreSQL with pgvector, and Prometheus. The end-to-end
# tests (e2e/) deploy it on a Docker Engine, break it and check that it recovers.
#
#   system.hcl          this file: names, variables, values used by scripts
#   images.hcl          images
#   services.hcl        services
#   database.hcl        the schema
#   monitoring.hcl      scraping, alerts, dashboards
#   preflight.hcl, build.hcl, orchestration.hcl, validation.hcl   the milestones and their actions
#   criteria.hcl        the goal, and the success criteria
#   operations.hcl      benchmarks and runbooks

system "constellation" {
  version     = local.version
  description = "Device synchronisation with vector search, in three replicas"
  source      = "https://github.com/omegagen/omegagen"

  # Defaults for every service.
  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "10m", max-file = "3" }
    }
  }
}

variable "source" {
  type        = string
  default     = "app"
  description = "Folder of the servers' Go module."
}

variable "replicas" {
  type        = number
  default     = 3
  description = "Constellation replicas. Each takes the next host port for gRPC, REST and metrics."

  validation {
    condition     = var.replicas >= 2
    error_message = "The resilience test stops one replica and asks the others, so there must be two at least."
  }
}

variable "rest_port" {
  type        = number
  default     = 8080
  description = "Host port of the first replica's REST interface."
}

variable "alert_webhook" {
  type        = string
  default     = "http://host.docker.internal:9400/alerts"
  description = "Where notifications of alerts are sent. By default a program on this host, such as a chat bridge."
}

variable "grafana" {
  type        = bool
  default     = false
  description = "Whether Grafana runs too. The kit always contains its files."
}

variable "digests" {
  type        = map(string)
  default     = {}
  description = "Digests that pin images, in addition to their tags: { postgres = \"sha256:…\" }. Keys: debian, golang, postgres, prometheus, alertmanager, grafana."

  validation {
    condition     = alltrue([for name, digest in var.digests : contains(["debian", "golang", "postgres", "prometheus", "alertmanager", "grafana"], name) && can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "A digest is sha256: and 64 hexadecimal digits, for one of debian, golang, postgres, prometheus, alertmanager and grafana."
  }
}

locals {
  version       = "1.0.0"
  source        = image.constellation.context # as seen from the kit's folder
  sql_port      = 5432                        # the database's port in its network
  secret_length = 24
  max_megabytes = 150
  max_bytes     = local.max_megabytes * 1024 * 1024

  # The tags, with digests if given.
  digest = { for name in ["debian", "golang", "postgres", "prometheus", "alertmanager", "grafana"] : name => can(var.digests[name]) ? "@${var.digests[name]}" : "" }

  # Values used by scripts. Each is a reference, so it is defined once.
  database_container       = service.database.instances[0].container_name
  psql                     = "docker exec -i ${local.database_container} psql -X -q -A -t -v ON_ERROR_STOP=1 -U ${database.constellation.user} -d ${database.constellation.name}"
  constellation_containers = service.constellation.instances[*].container_name
  containers = concat(
    service.database.instances[*].container_name,
    service.constellation.instances[*].container_name,
    service.federation.instances[*].container_name,
    service.prometheus.instances[*].container_name,
    service.alertmanager.instances[*].container_name,
  )
  rest_urls        = [for port in service.constellation.instances[*].port.rest.host : "http://127.0.0.1:${port}"]
  metrics_urls     = [for port in service.constellation.instances[*].port.metrics.host : "http://127.0.0.1:${port}/metrics"]
  grpc_addresses   = [for port in service.constellation.instances[*].port.grpc.host : "127.0.0.1:${port}"]
  prometheus_url   = "http://127.0.0.1:${service.prometheus.port.http.host}"
  alertmanager_url = "http://127.0.0.1:${service.alertmanager.port.http.host}"
  grafana_url      = "http://127.0.0.1:${service.grafana.port.http.host}"
  grpc_service     = "constellation.v1.SyncService"
  ctl              = "${local.source}/bin/constellationctl"
  reports          = ".omegagen/reports"
}

# Generated once and kept. They are mounted as files, and are in no environment.
secret "postgres_password" {
  length = local.secret_length
}

secret "constellation_password" {
  length = local.secret_length
}

secret "federation_password" {
  length = local.secret_length
}

secret "grafana_password" {
  length = local.secret_length
}

network "backend" {
  driver = "bridge"
}

volume "database" {}

volume "prometheus" {}

volume "alertmanager" {}

volume "grafana" {}

# Actions that use the replicas take one slot, the resilience test takes all: no
# replica is stopped during a benchmark.
resource "replicas" {
  capacity = local.replica_slots
}

# Go already compiles on all CPUs.
resource "compiler" {
  capacity = 1
}

# Parallel measurements would distort each other.
resource "measurement" {
  capacity = 1
}

locals {
  replica_slots = 8
}
