system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "web" {
  image = image.app
  env = {
    HTTP_ADDR    = ":${service.web.port.http.container}"
    METRICS_ADDR = ":${service.web.port.http.container}"
  }
  port "http" {
    container = 8080
  }
  port "metrics" {
    container = 9100
  }
}
