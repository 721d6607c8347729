system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image = image.app
  resources {
    memory = "512MB"
  }
}

benchmark "memory" {
  target  = "< 512MB"
  timeout = "1m"
  run     = "docker stats --no-stream --format '{{.MemUsage}}' ${service.app.instances[0].container_name}"
}
