# Six containers: the database, three constellation replicas, the federation
# worker and Prometheus. Grafana has a profile unless `grafana` is set.

service "database" {
  image    = image.postgres
  networks = [network.backend]
  duration = "8s"
  shm_size = "256m"

  env = {
    PGPORT        = service.database.port.sql.container
    POSTGRES_DB   = database.constellation.name
    POSTGRES_USER = database.constellation.user
  }
  secret_env = {
    POSTGRES_PASSWORD_FILE = secret.postgres_password
  }

  # No host port: scripts use docker exec.
  port "sql" {
    container = local.sql_port
  }

  mount "/var/lib/postgresql/data" {
    volume = volume.database
  }
  mount "/docker-entrypoint-initdb.d/10-schema.sql" {
    file = database.constellation
  }

  healthcheck {
    interval       = "5s"
    timeout        = "5s"
    retries        = 5
    start_period   = "60s"
    start_interval = "1s"

    sql {
      database = database.constellation
      tables   = [database.constellation.table.content_embeddings]
    }
  }

  resources {
    memory = "1GB"
  }

  harden {
    user = "999:999"
  }
}

service "constellation" {
  image      = image.constellation
  replicas   = var.replicas
  networks   = [network.backend]
  duration   = "3s"
  depends_on = { database = "healthy" }

  env = {
    REPLICA      = replica.number
    GRPC_ADDR    = ":${service.constellation.port.grpc.container}"
    REST_ADDR    = ":${service.constellation.port.rest.container}"
    METRICS_ADDR = ":${service.constellation.port.metrics.container}"
    PGHOST       = service.database.host
    PGPORT       = service.database.port.sql.container
    PGDATABASE   = database.constellation.name
    PGUSER       = database.constellation.role.constellation_app.name
  }
  secret_env = {
    PASSWORD_FILE = secret.constellation_password
  }

  port "grpc" {
    container = 50051
    host      = 50051 + replica.index
  }
  port "rest" {
    container = 8080
    host      = var.rest_port + replica.index
  }
  port "metrics" {
    container = 9090
    host      = 9090 + replica.index
  }

  healthcheck {
    command        = ["/usr/local/bin/constellation-server", "health"]
    interval       = "5s"
    timeout        = "5s"
    retries        = 3
    start_period   = "20s"
    start_interval = "1s"
  }

  scrape "metrics" {
    port = "metrics"
    exports = {
      constellation_sync_requests_total           = "counter"
      constellation_sync_duration_seconds         = "histogram"
      constellation_http_requests_total           = "counter"
      constellation_http_request_duration_seconds = "histogram"
      constellation_active_devices                = "gauge"
      constellation_database_up                   = "gauge"
      constellation_build_info                    = "gauge"
      process_resident_memory_bytes               = "gauge"
      go_goroutines                               = "gauge"
    }
  }

  resources {
    memory = "256MB"
    cpus   = 1
  }

  harden {
    read_only = true
  }
}

service "federation" {
  image      = image.federation
  networks   = [network.backend]
  duration   = "3s"
  depends_on = { database = "healthy" }

  env = {
    INTERVAL     = "5s"
    SHARD        = 1
    METRICS_ADDR = ":${service.federation.port.metrics.container}"
    PGHOST       = service.database.host
    PGPORT       = service.database.port.sql.container
    PGDATABASE   = database.constellation.name
    PGUSER       = database.constellation.role.constellation_federation.name
  }
  secret_env = {
    PASSWORD_FILE = secret.federation_password
  }

  # Only Prometheus uses it.
  port "metrics" {
    container = 9100
  }

  healthcheck {
    command        = ["/usr/local/bin/federation-worker", "health"]
    interval       = "5s"
    timeout        = "5s"
    retries        = 3
    start_period   = "20s"
    start_interval = "1s"
  }

  scrape "metrics" {
    port = "metrics"
    exports = {
      federation_rounds_total                   = "counter"
      federation_patterns_aggregated            = "gauge"
      federation_last_success_timestamp_seconds = "gauge"
    }
  }

  resources {
    memory = "128MB"
    cpus   = 1
  }

  harden {
    read_only = true
  }
}

service "prometheus" {
  image    = image.prometheus
  networks = [network.backend]
  duration = "3s"

  command = [
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/prometheus",
    "--web.listen-address=:${service.prometheus.port.http.container}",
    # A query sees the last sample of so long ago: a replica that is no longer there isn't up.
    "--query.lookback-delta=10s",
  ]

  # Above the metrics ports of all replicas.
  port "http" {
    container = 9090
    host      = 9090 + var.replicas
  }

  mount "/prometheus" {
    volume = volume.prometheus
  }

  healthcheck {
    interval       = "5s"
    timeout        = "5s"
    retries        = 3
    start_period   = "20s"
    start_interval = "1s"

    http {
      port = "http"
      path = "/-/ready"
    }
  }

  resources {
    memory = "512MB"
  }

  harden {
    user = "65534:65534"
  }
}

service "alertmanager" {
  image    = image.alertmanager
  networks = [network.backend]
  duration = "3s"

  command = [
    "--config.file=/etc/alertmanager/alertmanager.yml",
    "--storage.path=/alertmanager",
    "--web.listen-address=:${service.alertmanager.port.http.container}",
    # One server has no peers.
    "--cluster.listen-address=",
  ]

  port "http" {
    container = 9093
    host      = 9193
  }

  mount "/alertmanager" {
    volume = volume.alertmanager
  }

  healthcheck {
    interval       = "5s"
    timeout        = "5s"
    retries        = 3
    start_period   = "20s"
    start_interval = "1s"

    http {
      port = "http"
      path = "/-/ready"
    }
  }

  resources {
    memory = "128MB"
  }

  # The webhook's default is a program on this host.
  compose = target.name == "compose" ? { extra_hosts = ["host.docker.internal:host-gateway"] } : {}
}

service "grafana" {
  image      = image.grafana
  profiles   = var.grafana ? [] : ["grafana"]
  networks   = [network.backend]
  depends_on = { prometheus = "started" }

  env = {
    GF_ANALYTICS_REPORTING_ENABLED = false
    GF_USERS_ALLOW_SIGN_UP         = false
  }
  secret_env = {
    GF_SECURITY_ADMIN_PASSWORD__FILE = secret.grafana_password
  }

  port "http" {
    container = 3000
    host      = 3000
  }

  mount "/var/lib/grafana" {
    volume = volume.grafana
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

  harden {
    user = "472:0"
  }
}
