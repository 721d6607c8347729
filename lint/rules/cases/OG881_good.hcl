system "shop" {}

image "web" {
  pull = "nginxinc/nginx-unprivileged:1.27.3-alpine"
}

service "web" {
  image = image.web
  port "http" {
    container = 8080
    host      = 8080
  }
  healthcheck {
    http { port = "http" }
  }
}

state "warm" {
  type    = bool
  initial = false
}

action "warm" {
  precondition = service.web.healthy
  effects = { warm = true }
  run     = "curl -fsS -o /dev/null http://127.0.0.1:${service.web.port.http.host}/"
  tools   = ["curl"]
}

goal "up" {
  condition = service.web.healthy && state.warm
}
