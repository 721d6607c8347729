system "shop" {}

network "inner" {}

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image    = image.web
  networks = [network.inner]
  port "http" {
    container = 8080
    host      = 8080
  }
}

action "do" {
  run = "docker network inspect inner"
}

goal "done" {
  include = [action.do]
}
