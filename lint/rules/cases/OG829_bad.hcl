system "shop" {}

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image = image.web
  port "http" {
    container = 8080
    host      = 8080
  }
}

action "do" {
  tools = ["curl"]
  run   = "docker logs ${service.web.instances[0].container_name} 2>&1 | grep -q listening"
}

goal "done" {
  include = [action.do]
}
