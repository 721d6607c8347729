# Every attribute of criteria, benchmarks, runbooks and artifacts.
system "s" {}
secret "token" { from = "generated" }
image "i" {
  pull = "example/i:1"
}
image "postgres" {
  pull = "postgres:17.5"
}
service "web" {
  image = image.i
  port "http" {
    container = 80
    host      = 8080
  }
  port "other" {
    container = 81
    host      = 8081
  }
  healthcheck {
    shell = "true"
  }
}
service "db" {
  image = image.postgres
  env   = { POSTGRES_HOST_AUTH_METHOD = "trust" }
}
service "prometheus" {
  image = image.i
  port "web" {
    container = 9090
    host      = 9090
  }
}
prometheus {
  service = service.prometheus
}
database "app" {
  service = service.db
}
action "a" {}
criterion "http" {
  title       = "HTTP"
  description = "It answers."
  within      = "5s"
  http {
    service  = service.web
    port     = "http"
    path     = "/a?b"
    method   = "POST"
    headers  = { X = "y", Accept = "a/b" }
    body     = "{}"
    status   = 201
    json     = { "a.b" = "c", n = 2 }
    contains = "words"
  }
}
criterion "tcp" {
  tcp {
    service = service.web
    port    = "other"
  }
}
criterion "grpc" {
  grpc {
    service        = service.web
    port           = "http"
    health_service = "x.Y"
  }
}
criterion "list" {
  grpc {
    service = service.web
    port    = "http"
    list    = ["b.C", "a.B"]
  }
}
criterion "sql_equals" {
  sql {
    database = database.app
    query    = "SELECT 'x'"
    equals   = "x"
  }
}
criterion "sql_range" {
  sql {
    database = database.app
    query    = "SELECT 1"
    min      = 0.5
    max      = 2
  }
}
criterion "promql" {
  promql {
    expr = "sum(up)"
    min  = 1
    max  = 3
  }
}
criterion "running" {
  container {
    service = service.web
    count   = 1
    state   = "running"
    health  = "healthy"
  }
}
criterion "command" {
  command {
    run     = "echo ${secret.token}"
    status  = 3
    matches = "^a"
    shell   = "bash"
    env     = { B = "2", A = "1" }
    workdir = "dir"
    tools   = ["jq >= 1.6", "awk"]
  }
}
criterion "equals" {
  command {
    run    = "echo a"
    equals = "a"
  }
}
benchmark "slow" {
  title   = "Slow"
  target  = "<= 2.5s"
  run     = "echo 1"
  shell   = "bash"
  env     = { A = "1" }
  workdir = "dir"
  tools   = ["ab"]
  timeout = "1m"
}
benchmark "more" {
  target = "> 10 %"
  run    = "echo 11"
}
benchmark "same" {
  target = "== 3"
  run    = "echo 3"
}
runbook "r" {
  title      = "Title"
  symptoms   = ["b", "a"]
  diagnosis  = "look"
  resolution = "fix"
  covers     = [criterion.tcp, action.a]
}
