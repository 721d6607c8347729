system "shop" {}

secret "password" { from = "generated" }

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image      = image.web
  secret_env = { PASSWORD_FILE = secret.password }
  port "http" {
    container = 8080
    host      = 8080
  }
}

action "do" {
  run = "echo ${secret.password}"
}

goal "done" {
  include = [action.do]
}
