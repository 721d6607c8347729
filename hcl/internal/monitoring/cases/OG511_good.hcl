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
  service   = service.prometheus
  retention = "35d"
}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  port "metrics" {
    container = 9100
  }
  scrape "metrics" {
    exports = { connections = "gauge", requests_total = "counter", latency_seconds = "histogram" }
  }
}

slo "requests" {
  objective = "99.9%"
  window    = "30d"
  good      = "requests_total{code!~\"5..\"}"
  total     = "requests_total"
}

alertmanager {
  url = "https://alerts.example.org"
}
