# Exogenesis Omega, a distributed TV recommendation system, deployed on one
# machine with Docker Compose, or on a Kubernetes cluster with
# `omegagen build --target kubernetes`.
#
# The deployment was first planned by hand, in a document of 57 actions in
# eight milestones (the document itself counts 47, and no sum of costs or times
# in it is right; here such figures are computed). This manifest says the same,
# so that it can be compiled. Where the document was wrong, a comment that starts
# with "The document" states what it says and what the manifest has instead.
#
#   system.hcl               this file: names, versions, variables, limits
#   images.hcl               images
#   services.hcl             services
#   database.hcl             the schema
#   monitoring.hcl           scraping, rules, alerts, dashboards
#   state.hcl                the states of the plan
#   milestone-N-….hcl        the 57 actions
#   goals.hcl                the goals
#   criteria.hcl             success criteria
#   runbooks.hcl             what to do when something fails
#   benchmarks.hcl           benchmarks and their targets
#   kubernetes.hcl           what only a cluster needs to know
#
# On Kubernetes, deploy.sh itself builds and pushes images, makes Secrets, starts
# services and waits for them. The actions that do so with Docker therefore say
# `targets`, and the others are the same on both.

system "exogenesis-omega" {
  version     = local.version
  description = local.on_compose ? "Distributed TV recommendation system, local Docker deployment" : "Distributed TV recommendation system on Kubernetes"

  # The document's files name three different repositories; here there is one,
  # and every image has it as a label.
  source = "https://github.com/exogenesis/omega"

  # Defaults for every service.
  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "10m", max-file = "3" }
    }
  }
}

variable "repository" {
  # The document has /home/farchide/repo/hackathon-tv5/exogenesis-omega in
  # twenty lines; here it is this one variable.
  type        = string
  default     = "../.."
  description = "Where exogenesis-omega is checked out, relative to the manifest's folder."
}

variable "replicas" {
  type        = number
  default     = 3
  description = "Constellation replicas. Each takes the next host port for gRPC, REST and metrics."

  validation {
    condition     = var.replicas >= 2
    error_message = "The chaos test stops one replica and asks the others, so there must be two at least."
  }
}

variable "rust_version" {
  type        = string
  default     = "1.75"
  description = "Rust release that builds the binaries, on the host and in the images."
}

variable "prebuilt" {
  type        = bool
  default     = false
  description = "Build the constellation's image from the binary that was built on the host, instead of compiling it again in the image."
}

variable "registry" {
  type        = string
  default     = "localhost:5000"
  description = "Registry that the images are tagged for; pushing is left to you. On Kubernetes deploy.sh pushes to it, and the nodes pull from it."
}

locals {
  version       = "0.1.0"
  vendor        = "Exogenesis Omega"
  secret_length = 24
  max_megabytes = 100
  max_bytes     = local.max_megabytes * 1024 * 1024

  # In the document, the last constellation replica has port 9092 and
  # Prometheus 9093; here one follows from the other.
  first_metrics_port = 9090
  prometheus_port    = local.first_metrics_port + var.replicas

  # Values used by scripts. Each is a reference, so it is defined once.
  cargo                    = "cargo +${var.rust_version}"
  psql                     = "${database.omega.psql} -A -t"
  database_container       = service.database.instances[0].container_name
  constellation_names      = service.constellation.instances[*].name
  constellation_containers = service.constellation.instances[*].container_name
  containers = concat(
    service.database.instances[*].container_name,
    service.constellation.instances[*].container_name,
    service.prometheus.instances[*].container_name,
    service.grafana.instances[*].container_name,
  )
  execs = concat(
    service.database.instances[*].exec,
    service.constellation.instances[*].exec,
    service.prometheus.instances[*].exec,
    service.grafana.instances[*].exec,
  )
  rest_urls      = service.constellation.instances[*].url.rest
  metrics_urls   = [for url in service.constellation.instances[*].url.metrics : "${url}/metrics"]
  grpc_addresses = [for url in service.constellation.instances[*].url.grpc : trimprefix(url, "http://")]
  prometheus_url = service.prometheus.url.http
  grafana_url    = service.grafana.url.http

  # Whether Docker Compose runs the services; otherwise Kubernetes does.
  on_compose = target.name == "compose"

  estimate = "estimate: the milestone's midpoint, shared out by cost"
}

# Generated once and kept: a new password would not work with a volume that was
# initialized with the old one. The document writes a new POSTGRES_PASSWORD in
# every run, and "admin" for Grafana; here both are random and kept.
secret "postgres_password" {
  length = local.secret_length
}

secret "omega_app_password" {
  length = local.secret_length
}

secret "omega_federation_password" {
  length = local.secret_length
}

secret "grafana_password" {
  length = local.secret_length
}

network "omega-net" {
  driver = "bridge"
}

volume "ruvector_data" {}

volume "prometheus_data" {}

volume "grafana_data" {}

# All cargo commands share one target folder and its lock. The document
# compiles three crates "in parallel", but they would wait for each other.
resource "cargo" {
  capacity = 1
}

# Actions that use the replicas take one slot, and the chaos test takes all, so
# that no replica is killed during a benchmark. The document has both in one
# parallel group.
resource "replicas" {
  capacity = local.replica_slots
}

# Parallel measurements would distort each other.
resource "measurement" {
  capacity = 1
}

locals {
  replica_slots = 8
}
