# Prometheus, Alertmanager, node-exporter, cAdvisor and Grafana: monitoring of the
# machine and its containers, at http://127.0.0.1:3000.

system "monitoring" {
  description = "Prometheus, Alertmanager, Grafana and what they look at"

  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "10m", max-file = "3" }
    }
  }
}

secret "grafana_password" {
  length = 24
}

network "monitoring" {}

volume "prometheus" {}

volume "alertmanager" {}

volume "grafana" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}

image "node_exporter" {
  pull = "prom/node-exporter:v1.9.1"
}

image "cadvisor" {
  pull = "ghcr.io/google/cadvisor:v0.53.0"
}

image "grafana" {
  pull = "grafana/grafana:12.1.0"
}

# --- Collecting ---------------------------------------------------------------

service "prometheus" {
  image    = image.prometheus
  networks = [network.monitoring]

  command = [
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/prometheus",
    "--storage.tsdb.retention.time=30d",
  ]

  port "http" {
    container = 9090
    host      = 9090
  }

  mount "/etc/prometheus/prometheus.yml" {
    file = artifact["prometheus/prometheus.yml"]
  }
  mount "/etc/prometheus/rules.yml" {
    file = artifact["prometheus/rules.yml"]
  }
  mount "/prometheus" {
    volume = volume.prometheus
  }
}

artifact "prometheus/prometheus.yml" {
  template = "templates/prometheus.yml.tmpl"
  data = {
    alertmanager = "${service.alertmanager.host}:${service.alertmanager.port.http.container}"
    targets = {
      alertmanager = "${service.alertmanager.host}:${service.alertmanager.port.http.container}"
      cadvisor     = "${service.cadvisor.host}:${service.cadvisor.port.http.container}"
      grafana      = "${service.grafana.host}:${service.grafana.port.http.container}"
      node         = "${service.node.host}:${service.node.port.metrics.container}"
      prometheus   = "localhost:${service.prometheus.port.http.container}"
    }
  }
}

artifact "prometheus/rules.yml" {
  template = "templates/rules.yml.tmpl"
}

service "alertmanager" {
  image    = image.alertmanager
  networks = [network.monitoring]

  port "http" {
    container = 9093
    host      = 9093
  }

  mount "/alertmanager" {
    volume = volume.alertmanager
  }
  mount "/etc/alertmanager/alertmanager.yml" {
    file = artifact["alertmanager/alertmanager.yml"]
  }
}

artifact "alertmanager/alertmanager.yml" {
  template = "templates/alertmanager.yml.tmpl"
}

service "node" {
  image    = image.node_exporter
  networks = [network.monitoring]
  command  = ["--path.rootfs=/host", "--collector.filesystem.mount-points-exclude=^/(sys|proc|dev|run)($|/)"]
  pid      = "host"

  port "metrics" {
    container = 9100
  }

  # Includes file systems that are mounted on the host later.
  mount "/host" {
    bind        = "/"
    propagation = "rslave"
    read_only   = true
  }

  harden {
    reason = "node-exporter sees the host's processes"
  }
}

service "cadvisor" {
  image      = image.cadvisor
  networks   = [network.monitoring]
  command    = ["--docker_only=true", "--housekeeping_interval=30s"]
  privileged = true
  devices    = ["/dev/kmsg"]

  port "http" {
    container = 8080
  }

  mount "/rootfs" {
    bind      = "/"
    read_only = true
  }
  mount "/var/run" {
    bind      = "/var/run"
    read_only = true
  }
  mount "/sys" {
    bind      = "/sys"
    read_only = true
  }
  mount "/var/lib/docker" {
    bind      = "/var/lib/docker"
    read_only = true
  }
  mount "/dev/disk" {
    bind      = "/dev/disk"
    read_only = true
  }

  harden {
    reason = "cAdvisor reads the control groups of all containers"
  }
}

# --- Looking ------------------------------------------------------------------

service "grafana" {
  image      = image.grafana
  networks   = [network.monitoring]
  env        = { GF_ANALYTICS_REPORTING_ENABLED = false }
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.grafana_password }
  depends_on = { prometheus = "healthy" }

  port "http" {
    container = 3000
    host      = 3000
  }

  mount "/var/lib/grafana" {
    volume = volume.grafana
  }
  mount "/etc/grafana/provisioning/datasources/prometheus.yml" {
    file = artifact["grafana/prometheus.yml"]
  }
}

artifact "grafana/prometheus.yml" {
  template = "templates/datasource.yml.tmpl"
  data     = { url = "http://${service.prometheus.host}:${service.prometheus.port.http.container}" }
}
