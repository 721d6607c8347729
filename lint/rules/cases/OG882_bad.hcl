system "shop" {}

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image    = image.web
  replicas = 2
}

criterion "run" {
  command {
    run = "docker inspect -f '{{.State.Running}}' ${join(" ", service.web.instances[*].container_name)} | grep -q true"
  }
}
