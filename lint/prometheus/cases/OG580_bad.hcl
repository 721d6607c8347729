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

alert "Trouble" {
  expr        = "sum by (job) (connections) > 80"
  for         = "5m"
  severity    = "warning"
  summary     = "Trouble"
  description = "{{ $labels.instance }} has {{ $value }} connections"
  test {
    series = { "connections{job=\"web\"}" = "81x10" }
    at     = "10m"
  }
}

alertmanager {
  url = "https://alerts.example.org"
}
