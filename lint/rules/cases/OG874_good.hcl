system "shop" {}

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image = image.web
}

criterion "runs" {
  command {
    run = "docker inspect ${service.web.container_name} > web.json"
  }
}
