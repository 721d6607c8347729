system "shop" {}

image "grafana" {
  pull = "grafana/grafana:12.0.2"
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "grafana" {
  image = image.grafana
}

service "prometheus" {
  image = image.prometheus
}

prometheus {
  service = service.prometheus
}

grafana {
  service = service.grafana
}

dashboard "overview" {
  refresh = "30s"

  row "Targets" {
    panel "Up" {
      expr = "sum by (job) (up)"
    }
  }
}
