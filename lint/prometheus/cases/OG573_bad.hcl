system "shop" {}

network "front" {}

network "back" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image    = image.prometheus
  networks = [network.front]
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
  image    = image.app
  networks = [network.back]
  port "metrics" {
    container = 9100
  }
  scrape "metrics" {}
}
