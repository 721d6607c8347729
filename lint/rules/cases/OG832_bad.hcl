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
  tools    = ["curl"]
  run      = "touch x"
  validate = "curl -s http://127.0.0.1:8080/status"
}

goal "done" {
  include = [action.do]
}
