# A promql criterion is asked from the host.
system "s" {}

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

criterion "scrapes" {
  promql { # ERROR OG762: Prometheus isn't published on the host
    expr   = "up"
    equals = 1
  }
}
