system "shop" {}

image "grafana" {
  pull = "grafana/grafana:12.0.2"
}

service "grafana" {
  image = image.grafana
  port "http" {
    container = 3001
  }
}

grafana {
  service = service.grafana
}

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
