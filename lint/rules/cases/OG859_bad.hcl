system "shop" {}

volume "data" {}

image "app" {
  pull = "prom/prometheus:v3.5.0"
}

service "app" {
  image = image.app
  port "http" {
    container = 9090
  }
  mount "/prometheus" {
    volume = volume.data
  }
  healthcheck {
    http {
      port = "http"
      path = "/-/helthy"
    }
  }
}
