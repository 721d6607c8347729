system "monitoring" {
  compose = {
    configs = {
      rules = { content = "groups: []\n" }
    }
    secrets = {
      grafana_admin = { environment = "GRAFANA_ADMIN" }
    }
  }

  defaults {
    bind = "0.0.0.0"
  }
}

parameter "retention" {
  default = "15d"
}

volume "tsdb" {
  labels = { keep = "yes" }
}

image "cadvisor" {
  pull = "gcr.io/cadvisor/cadvisor:v0.52.1"
}

image "grafana" {
  pull = "grafana/grafana:12.1.0"
}

image "node-exporter" {
  pull = "prom/node-exporter:v1.9.1"
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "cadvisor" {
  image      = image.cadvisor
  devices    = ["/dev/kmsg"]
  privileged = true

  mount "/rootfs" {
    bind      = "/"
    read_only = true
  }
  mount "/sys" {
    bind      = "/sys"
    read_only = true
  }
  mount "/dev/disk" {
    bind      = "/dev/disk/"
    read_only = true
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}

service "grafana" {
  image = image.grafana
  env = {
    GF_SECURITY_ADMIN_PASSWORD__FILE = "/run/secrets/grafana_admin"
    GF_USERS_ALLOW_SIGN_UP           = false
  }
  user = "472"

  port "http" {
    container = 3000
    host      = 3000
  }

  compose = {
    secrets = [{
      mode   = "0400"
      source = "grafana_admin"
      target = "/run/secrets/grafana_admin"
      uid    = "472"
    }]
  }
}

service "node" {
  image        = image.node-exporter
  command      = ["--path.rootfs=/host"]
  network_mode = "host"
  pid          = "host"

  mount "/host" {
    bind        = "/"
    propagation = "rslave"
    read_only   = true
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}

service "prometheus" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.retention.time=${parameter.retention}"]
  configs = [{
    mode   = "0440"
    source = "rules"
    target = "/etc/prometheus/rules.yml"
  }]

  port "http" {
    container = 9090
    host      = 9090
  }

  mount "/etc/prometheus/prometheus.yml" {
    bind      = "./prometheus.yml"
    read_only = true
  }
  mount "/prometheus" {
    volume = volume.tsdb
  }
}
