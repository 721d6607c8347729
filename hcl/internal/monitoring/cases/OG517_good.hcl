system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v3.4.0"
}

service "prometheus" {
  image = image.prometheus
}

prometheus {
  service = service.prometheus

  flags {
    web_enable_otlp_receiver = true
  }
}
