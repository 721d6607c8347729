# Six containers: the database, three constellation replicas, Prometheus and
# Grafana. The federation worker runs only with a profile.

locals {
  readiness_path = "/health/ready"

  # The servers read only the URL of a database. The container composes it from
  # the secret's file, so that `docker inspect` doesn't show the password in
  # the environment. Passwords consist of letters and digits, so they need no
  # escaping in a URL. The document writes the superuser's password into
  # POSTGRES_URL; here each server has its own role.
  password         = "$(cat \"$POSTGRES_PASSWORD_FILE\")"
  database_address = "${service.database.host}:${service.database.port.sql.container}/${database.omega.name}"
}

service "database" {
  image          = image.pgvector
  container_name = "omega-ruvector"
  networks       = [network.omega-net]
  shm_size       = "256m"

  env = {
    POSTGRES_DB   = database.omega.name
    POSTGRES_USER = database.omega.user
  }
  secret_env = {
    POSTGRES_PASSWORD_FILE         = secret.postgres_password
    OMEGA_APP_PASSWORD_FILE        = secret.omega_app_password
    OMEGA_FEDERATION_PASSWORD_FILE = secret.omega_federation_password
  }

  # The document binds every port to all interfaces; here ports are bound to
  # 127.0.0.1.
  port "sql" {
    container = 5432
    host      = 5432
  }

  mount "/var/lib/postgresql/data" {
    volume = volume.ruvector_data
  }
  mount "/docker-entrypoint-initdb.d/10-schema.sql" {
    file      = database.omega
    read_only = true
  }
  mount "/docker-entrypoint-initdb.d/20-passwords.sql" {
    file      = artifact["database/passwords.sql"]
    read_only = true
  }

  # The document runs pg_isready over the Unix socket, which answers while the
  # image is still initializing; here readiness is a query over TCP, for a
  # table of the schema.
  healthcheck {
    interval     = "10s"
    timeout      = "5s"
    retries      = 5
    start_period = "60s"

    sql {
      user   = database.omega.user
      dbname = database.omega.name
      tables = [database.omega.table.content_embeddings]
    }
  }

  resources {
    memory = "2GB"
  }

  harden {
    user = "999:999"
  }
}

service "constellation" {
  image          = local.server_image
  replicas       = var.replicas
  container_name = "omega-constellation-${replica.number}"
  networks       = [network.omega-net]
  depends_on     = { database = "healthy" }

  env = {
    GRPC_ADDR = "0.0.0.0:${service.constellation.port.grpc.container}"
    RUST_LOG  = "info"
    SHARD_ID  = 1

    # The server reads it, but the document's files never set it.
    QUALITY_THRESHOLD = 0.7
  }
  secret_env = {
    POSTGRES_PASSWORD_FILE = secret.omega_app_password
  }
  entrypoint = [
    "/bin/sh",
    "-ec",
    "POSTGRES_URL=\"postgres://${database.omega.role.omega_app.name}:${local.password}@${local.database_address}\" exec /usr/local/bin/constellation-server",
  ]

  # The document publishes the first replica's REST port as 8083, but queries
  # 8080.
  port "grpc" {
    container = 50051
    host      = 50051 + replica.index
  }
  port "rest" {
    container = 8080
    host      = 8080 + replica.index
  }
  port "metrics" {
    container = 9090
    host      = local.first_metrics_port + replica.index
  }

  mount "/tmp" {
    tmpfs = true
  }

  # The document runs `constellation-server health`, which starts a second
  # server, because the binary ignores arguments; here the healthcheck queries
  # the server's readiness route, which also checks the database.
  healthcheck {
    interval     = "10s"
    timeout      = "3s"
    retries      = 3
    start_period = "30s"

    http {
      port = "rest"
      path = local.readiness_path
    }
  }

  # Exactly what the server exports.
  scrape "metrics" {
    port = "metrics"
    path = "/metrics"
    exports = {
      constellation_server_starts_total  = "counter"
      constellation_sync_requests_total  = "counter"
      constellation_active_devices       = "gauge"
      constellation_sync_latency_seconds = "summary"
    }
  }

  resources {
    memory = "512MB"
    cpus   = 1
  }

  harden {
    read_only = true
  }
}

# The document builds an image for the worker but never runs it; here `docker
# compose --profile federation up -d` does.
service "federation" {
  image          = image.federation
  container_name = "omega-federation"
  profiles       = ["federation"]
  networks       = [network.omega-net]
  depends_on     = { database = "healthy" }

  # The document sets POSTGRES_URLS and AGGREGATION_INTERVAL_SECS, which the
  # worker doesn't read, and without SHARD_POSTGRES_URLS it exits.
  env = {
    FEDERATION_INTERVAL_SECS = 3600
    RUST_LOG                 = "info"
  }
  secret_env = {
    POSTGRES_PASSWORD_FILE = secret.omega_federation_password
  }
  entrypoint = [
    "/bin/sh",
    "-ec",
    "SHARD_POSTGRES_URLS=\"postgres://${database.omega.role.omega_federation.name}:${local.password}@${local.database_address}\" exec /usr/local/bin/federation-worker",
  ]

  resources {
    memory = "1GB"
    cpus   = 1
  }

  harden {
    read_only = true
  }
}

service "prometheus" {
  image          = image.prometheus
  container_name = "omega-prometheus"
  networks       = [network.omega-net]

  command = [
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/prometheus",
    "--storage.tsdb.retention.time=15d",
  ]

  port "http" {
    container = 9090
    host      = local.prometheus_port
  }

  mount "/prometheus" {
    volume = volume.prometheus_data
  }

  healthcheck {
    interval     = "10s"
    timeout      = "3s"
    retries      = 3
    start_period = "30s"

    http {
      port = "http"
      path = "/-/healthy"
    }
  }

  resources {
    memory = "512MB"
  }
}

service "grafana" {
  image          = image.grafana
  container_name = "omega-grafana"
  networks       = [network.omega-net]
  depends_on     = { prometheus = "started" }

  env = {
    GF_ANALYTICS_REPORTING_ENABLED = false
    GF_USERS_ALLOW_SIGN_UP         = false
  }
  secret_env = {
    GF_SECURITY_ADMIN_PASSWORD__FILE = secret.grafana_password
  }

  # The repository's own web application also uses port 3000; a port can have
  # only one service, and here it is Grafana.
  port "http" {
    container = 3000
    host      = 3000
  }

  mount "/var/lib/grafana" {
    volume = volume.grafana_data
  }

  healthcheck {
    interval     = "10s"
    timeout      = "3s"
    retries      = 3
    start_period = "30s"

    http {
      port = "http"
      path = "/api/health"
    }
  }

  resources {
    memory = "512MB"
  }
}
