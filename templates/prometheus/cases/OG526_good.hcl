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

alert "Down" {
  expr     = "up == 0"
  severity = "page"
  labels   = { on_call = "shop" }
}

alertmanager {
  url = "https://alerts.example.org"
}
