system "shop" {}

criterion "up" {
  promql {
    expr = "sum(up)"
    min  = 1
  }
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
    host      = 9090
  }
}

prometheus {
  service = service.prometheus
}
