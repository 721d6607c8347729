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

service "declared" {
  image = image.app
  port "metrics" {
    container = 9100
  }
  scrape "metrics" {
    exports = { requests_total = "counter" }
  }
}

service "silent" {
  image = image.app
  port "metrics" {
    container = 9101
  }
  scrape "metrics" {}
}

record "requests:rate" {
  expr = "rate(request_total[5m])"
}
