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
  run = "docker restart web-1"
}

goal "done" {
  include = [action.do]
}
