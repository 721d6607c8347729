system "shop" {}

image "app" {
  pull = "grafana/grafana:11.6.0"
}

service "app" {
  image = image.app
  port "http" {
    container = 3000
    host      = 3000
  }
}
