system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

image "alertmanager" {
  pull = "prom/alertmanager:v0.28.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}

service "other" {
  image = image.prometheus
}

prometheus {
  service = service.prometheus
}
