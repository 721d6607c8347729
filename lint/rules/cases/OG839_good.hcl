system "shop" {}

image "server" {
  pull = "example.org/server:1.0"
}

service "server" {
  image = image.server
  port "http" {
    container = 8080
  }
  healthcheck {
    tcp {
      port = "http"
    }
  }
}
