# Checks that can't fail or never pass, and steps in the wrong order.
system "s" {}
image "web" { pull = "nginxinc/nginx-unprivileged:1.27.3-alpine" }
image "pg" { pull = "postgres:17.2" }
secret "pg" { from = "generated" }
service "web" {
  image    = image.web
  restart  = "always"
  replicas = 2
  port "http" {
    container = 8080
    host      = 8080 + replica.index
  }
  healthcheck {
    http { port = "http" }
  }
}
service "db" {
  image      = image.pg
  restart    = "always"
  env        = { POSTGRES_DB = database.shop.name, POSTGRES_USER = database.shop.user }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.pg }
  port "sql" { container = 5432 }
}
database "shop" {
  service = service.db
  user    = "shop"
}
state "checked" {
  type    = bool
  initial = false
}
state "tested" { # WARNING OG879: action.test gives it
  type    = bool
  initial = true
}
state "mode" { # WARNING OG879: action.test gives it
  type    = string
  initial = "a"
}
state "idle" {
  type    = bool
  initial = true
}

action "check" {
  effects = { checked = true, idle = false }
  tools   = ["curl", "jq"]
  run     = "docker exec ${service.web.instances[0].container_name} nginx -t" # WARNING OG881: service.web.started
  validate = <<-EOT
    state=$(docker inspect s-web-1)
    printf '%s' "$state" | jq -e '.[0].State.Running' > /dev/null | tee check.log # WARNING OG828: hides the exit status of `jq`
    curl -fsS -o /dev/null http://127.0.0.1:${service.web.instances[1].port.http.host}/
    docker compose exec -T db true # WARNING OG881: needs service.db
  EOT
}
action "test" {
  effects  = { tested = true, mode = "a" }
  run      = "test -e /"
  duration = "10m"
  timeout  = "10s" # WARNING OG880: ended after 10s
}
goal "up" {
  default   = true
  condition = service.web.healthy && database.shop.applied && state.checked && state.tested && state.mode == "a"
}
goal "nothing" { # WARNING OG879: holds from the start
  condition = state.idle && !state.checked
}

criterion "state" {
  container {
    service = service.web
    state   = "exited"
    health  = "healthy" # WARNING OG880: never passes
  }
}
criterion "sql" {
  sql {
    database = database.shop
    query    = "SELECT NOT pg_is_in_recovery()"
    equals   = "true" # WARNING OG880: psql prints a boolean as t or f
  }
}
criterion "sql2" {
  sql {
    database = database.shop
    query    = "select exists (select from pg_class)"
    equals   = "false" # WARNING OG880: psql prints a boolean as t or f
  }
}
criterion "one" {
  command {
    run = <<-EOT
      docker inspect --format '{{.State.Running}}' ${join(" ", service.web.instances[*].container_name)} | sort -u | grep -q true # WARNING OG882: one of the 2 containers
      docker container inspect -f '{{.State.Health.Status}}' s-web-1 s-web-2 | grep -qx healthy # WARNING OG882: one of the 2 containers
    EOT
  }
}
criterion "status" {
  command {
    tools = ["jq"]
    run   = <<-EOT
      docker inspect s-web-1 > state.json
      jq -e '.[0].State.Running' state.json | tee check.log # WARNING OG828: hides the exit status of `jq`
      grep -q running state.json | cat # WARNING OG828: hides the exit status of `grep`
      jq -r '.[0].RestartCount < 5' state.json > /dev/null # WARNING OG819: Add -e
      jq '.[0].State.Status == "running"' state.json # WARNING OG819: Add -e
    EOT
  }
}
