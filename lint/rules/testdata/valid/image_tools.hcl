# Programs that pulled images contain, or may contain.

system "tools" {}

secret "s" {}

image "redis" { pull = "redis:7.4" }
image "nginx" { pull = "nginx:1.27" }
image "prometheus" { pull = "prom/prometheus:v3.5.0" }
image "debug" { pull = "gcr.io/distroless/static-debian12:debug" }
image "mysql" { pull = "mysql:8.4" }
image "python" { pull = "python:3.13" }
image "derived" {
  tag = "own-redis:1"
  stage "s" {
    from = "redis:7.4"
    packages { apt = ["curl"] }
  }
}
image "unknown" { pull = "example.org/app:1" }

service "redis" {
  image = image.redis
  healthcheck { command = ["redis-cli", "ping"] }
}
service "nginx" {
  image = image.nginx
  healthcheck { shell = "curl -f http://localhost/ || wget -q http://localhost/ || exit 1" }
}
service "other_way" {
  image = image.redis
  healthcheck { shell = "curl -f http://localhost/ || redis-cli ping" }
}
service "asked_first" {
  image = image.redis
  healthcheck { shell = "if command -v curl; then curl -f http://localhost/; else redis-cli ping; fi" }
}
service "prometheus" {
  image = image.prometheus
  healthcheck { command = ["wget", "-q", "--spider", "http://localhost:9090/-/healthy"] }
}
service "debug" {
  image      = image.debug
  entrypoint = ["/busybox/sleep", "1d"]
  healthcheck { shell = "wget -q http://localhost/" }
}
service "mysql" {
  image      = image.mysql
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.s }
  healthcheck { shell = "curl localhost:3306" } # unknown whether it contains curl
}
service "python" {
  image   = image.python
  command = ["python3", "-m", "http.server"]
  healthcheck { command = ["curl", "-f", "http://localhost:8000/"] }
}
service "derived" {
  image = image.derived
  healthcheck { command = ["curl", "telnet://localhost:6379"] }
}
service "unknown" {
  image = image.unknown
  healthcheck { command = ["curl", "http://localhost/"] }
}

image "python_only" { pull = "gcr.io/distroless/python3-debian12:nonroot" }
image "some_shell" {
  pull = "example.org/small:1"
  runtime {
    user  = "1000"
    shell = "sh"
  }
}

service "python_only" {
  image = image.python_only
  healthcheck { command = ["python3", "-c", "print()"] }
}
service "some_shell" {
  image = image.some_shell
  healthcheck { shell = "curl http://localhost/" } # it may contain curl
}
