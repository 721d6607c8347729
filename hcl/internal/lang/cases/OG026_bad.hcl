system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  port "http" {
    container = 8080
  }
  env = {
    PUBLIC_PORT = service.web.port.http.host
  }
}
