system "shop" {}

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image = image.web
}

criterion "runs" {
  command {
    run = "test \"$(docker inspect -f '{{.State.Running}}' ${service.web.container_name})\" = true"
  }
}
