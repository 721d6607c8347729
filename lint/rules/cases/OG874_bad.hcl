system "shop" {}

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image = image.web
}

criterion "runs" {
  command {
    run = "docker inspct ${service.web.container_name} > web.json"
  }
}
