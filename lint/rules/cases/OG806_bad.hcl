system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
    host      = 9090
    bind      = "0.0.0.0"
  }
}

prometheus {
  service = service.prometheus
}
