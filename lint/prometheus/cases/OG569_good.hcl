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

alert "Few" {
  expr     = "sum(up) < 2"
  severity = "page"
  test {
    series = { "up{job=\"x\"}" = "1x10" }
    at     = "5m"
  }
}

alertmanager {
  url = "https://alerts.example.org"
}
