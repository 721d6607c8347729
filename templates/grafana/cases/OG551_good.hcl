system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}

prometheus {
  service = service.prometheus
}

image "grafana" {
  pull = "grafana/grafana:12.0.0"
}

secret "admin" {}

service "grafana" {
  image      = image.grafana
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.admin }
  port "http" {
    container = 3000
  }
}

grafana {
  service = service.grafana
}

dashboard "overview" {
  panel "Latency" {
    expr   = "histogram_quantile(0.99, sum by (le) (rate(prometheus_http_request_duration_seconds_bucket[$__rate_interval])))"
    legend = "p99"
    override "/p99/i" {
      by    = "regexp"
      color = "red"
    }
  }
}
