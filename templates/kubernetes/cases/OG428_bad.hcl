system "shop" {}

image "web" {
  pull = "nginxinc/nginx-unprivileged:1.27.4"
}

service "web" {
  image = image.web

  port "http" {
    container = 8080
  }
}

criterion "answers" {
  http {
    service = service.web
    port    = "http"
  }
}
