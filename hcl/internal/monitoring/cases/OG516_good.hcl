system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v2.53.3"
}

service "prometheus" {
  image = image.prometheus
}

prometheus {
  service = service.prometheus

  scrape "host" {
    targets = ["10.0.0.5:9100"]
  }
}
