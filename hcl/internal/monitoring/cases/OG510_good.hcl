system "shop" {
  source = "https://github.com/example/shop"
}

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
  service     = service.prometheus
  runbook_url = "kit/RUNBOOK.md"
}
