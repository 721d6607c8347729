system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v2.53.3"
}

service "prometheus" {
  image = image.prometheus
}

prometheus {
  service = service.prometheus
  retention      = "15d"
  retention_size = "10GB"
}
