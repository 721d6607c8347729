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

grafana {
  service = service.grafana
}

image "grafana" {
  pull = "grafana/grafana:11.6.0"
}

service "grafana" {
  image = image.grafana
  port "http" {
    container = 3000
  }
}

dashboard "d" {
  title = "D"
  variable "instance" {
    query       = "label_values(up, instance)"
    multi       = true
    include_all = true
  }
  panel "p" {
    expr = "connections{instance=\"$instance\"}"
  }
}
