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

slo "short" { # ERROR OG512: its shortest alert would look at 1s
  objective = 0.999
  window    = "1h"
  good      = "requests_total{code!~\"5..\"}"
  total     = "requests_total"
}

slo "long" { # WARNING OG513: its samples are deleted before
  objective = 0.999
  window    = "60d"
  good      = "requests_total{code!~\"5..\"}"
  total     = "requests_total"
}

slo "sure" {
  objective = 1 # ERROR OG511: no event may ever fail
  window    = "7d"
  good      = "requests_total{code!~\"5..\"}"
  total     = "requests_total"
}
