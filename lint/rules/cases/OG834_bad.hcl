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
  tools    = ["curl", "jq"]
  run      = "touch x"
  validate = <<-EOT
    one=$(curl -fsS http://127.0.0.1:8080/info | jq -r .version)
    two=$(curl -fsS http://127.0.0.1:8080/info | jq -r .latest)
    test "$one" = "$two"
  EOT
}

goal "done" {
  include = [action.do]
}
