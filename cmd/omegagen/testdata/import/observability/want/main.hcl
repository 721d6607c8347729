system "observability" {
  defaults {
    bind = "0.0.0.0"
  }
}

secret "admin" {
  from = "env"
  env  = "GRAFANA_ADMIN"
}

volume "tsdb" {}

image "cadvisor" {
  pull = "gcr.io/cadvisor/cadvisor:v0.49.1"
}

image "grafana" {
  pull = "grafana/grafana:11.2.0"
}

image "loki" {
  pull = "grafana/loki:3.1.1"
}

image "prometheus" {
  pull = "prom/prometheus:v2.54.1"
}

service "cadvisor" {
  image      = image.cadvisor
  devices    = ["/dev/kmsg"]
  privileged = true

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
    bind      = "/var/lib/docker/"
    read_only = true
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}

service "grafana" {
  image      = image.grafana
  env        = { GF_AUTH_ANONYMOUS_ENABLED = true }
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.admin }
  depends_on = { loki = "started", prometheus = "started" }
  user       = "472"

  port "http" {
    container = 3000
    host      = 3000
    bind      = "127.0.0.1"
  }
}

service "loki" {
  image   = image.loki
  command = ["-config.file=/etc/loki/local-config.yaml"]

  port "port_3100" {
    container = 3100
    host      = 3100
  }
}

service "prometheus" {
  image       = image.prometheus
  command     = ["--config.file=/etc/prometheus/prometheus.yml"]
  extra_hosts = ["host.docker.internal=host-gateway"]

  port "http" {
    container = 9090
    host      = 9090
  }

  mount "/prometheus" {
    volume = volume.tsdb
  }
}

prometheus {
  service             = service.prometheus
  evaluation_interval = "1m"
  retention           = "30d"

  scrape "prometheus" {
    targets = ["localhost:9090"]
  }
}
