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
