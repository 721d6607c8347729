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
    exports = { connections = "gauge", latency_seconds = "histogram" }
  }
}

alert "Down" {
  expr     = "up{job=\"web\",instance=\"web-2:9100\"} == 0"
  severity = "page"
}

alertmanager {
  url = "https://alerts.example.org"
}
