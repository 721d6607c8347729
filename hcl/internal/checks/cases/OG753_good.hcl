system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  port "http" {
    container = 8080
    host      = 8080
  }
}

criterion "up" {
  http {
    service = service.web
    port    = "http"
    path    = "/health"
  }
}
