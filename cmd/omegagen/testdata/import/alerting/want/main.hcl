system "alerting" {
  defaults {
    bind = "0.0.0.0"
  }
}

volume "tsdb" {}

image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}

image "node-exporter" {
  pull = "prom/node-exporter:v1.9.1"
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

image "web" {
  pull = "registry.example.org/shop/web:3"
}

service "alertmanager" {
  image = image.alertmanager

  port "port_9093" {
    container = 9093
    host      = 9093
    bind      = "127.0.0.1"
  }

  mount "/etc/alertmanager/alertmanager.yml" {
    bind      = "./alertmanager.yml"
    read_only = true
  }
}

service "node-exporter" {
  image = image.node-exporter

  port "metrics" {
    container = 9100
  }

  # What the hosts do.
  scrape "metrics" {
    interval = "1m"
  }
}

service "prometheus" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus", "--web.enable-lifecycle"]

  port "http" {
    container = 9090
    host      = 9090
    bind      = "127.0.0.1"
  }

  mount "/prometheus" {
    volume = volume.tsdb
  }
}

service "web" {
  image = image.web

  port "http" {
    container = 8080
    host      = 8080
  }

  scrape "http" {
    path    = "/internal/metrics"
    timeout = "5s"
  }
}

prometheus {
  service             = service.prometheus
  evaluation_interval = "30s"
  external_labels     = { cluster = "shop", replica = "a" }
  retention           = "30d"
  retention_size      = "10GB"

  scrape "prometheus" {
    targets = ["localhost:9090"]
  }
}

alertmanager {
  url = "http://${service.alertmanager.host}:${service.alertmanager.port.port_9093.container}"
}

rule_group "web" {
  interval = "1m"
}

# The share of requests that fail.
record "job:errors:ratio5m" {
  expr  = <<-EOT
    sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))
      /
    sum by (job) (rate(http_requests_total[5m]))
  EOT
  group = "web"
}

alert "InstanceDown" {
  expr     = "up == 0"
  for      = "5m"
  severity = "warning"
  summary  = "{{ $labels.instance }} is down"
  group    = "hosts"
}

alert "DiskFull" {
  expr     = "node_filesystem_avail_bytes{fstype!=\"tmpfs\"} / node_filesystem_size_bytes < 0.1"
  for      = "24h"
  severity = "warning"
  group    = "hosts"
}

alert "WebErrors" {
  expr            = "job:errors:ratio5m{job=\"web\"} > 0.05"
  for             = "10m"
  keep_firing_for = "5m"
  severity        = "critical"
  summary         = "{{ $labels.job }} fails"
  description     = <<-EOT
    {{ $value | humanizePercentage }} of the requests fail.
    See the dashboard $${HOME}.
  EOT
  labels          = { team = "shop" }
  annotations     = { dashboard = "https://grafana.example.org/d/web" }
  group           = "web"
}
