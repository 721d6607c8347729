# The same in an order that is right, and checks that can fail.
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
  depends_on = { db = "started" }
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
locals { up = service.web.healthy }
state "checked" {
  type    = bool
  initial = false
}
state "warm" {
  type    = bool
  initial = false
}
state "ready" {
  type    = bool
  derived = state.warm && local.up
}
state "stopped" {
  type    = bool
  initial = true
}
state "count" {
  type    = number
  initial = 0
}
state "clean" {
  type    = bool
  initial = true
}

action "direct" {
  precondition = service.web.healthy
  effects      = { checked = true, clean = false }
  run          = "docker exec ${service.web.instances[0].container_name} nginx -t && docker compose exec -T db true"
}
action "restore" {
  effects = { clean = true }
  run     = "rm -f dirty"
}
action "afterwards" {
  depends_on = [action.direct]
  effects    = { warm = true }
  run        = "docker exec s-web-2 nginx -t"
}
action "by_state" {
  precondition = state.warm
  effects      = { count = state.count + 1 }
  run          = "docker exec s-web-1 nginx -t"
}
action "by_derived" {
  precondition = state.ready
  effects      = { count = 7 }
  tools        = ["curl"]
  duration     = "10s"
  timeout      = "10m"
  run          = "curl -fsS -o /dev/null http://127.0.0.1:8080/"
  validate     = "docker exec s-db true"
}
action "by_schema" {
  precondition = database.shop.applied
  effects      = { count = state.count + 2 }
  run          = "docker exec s-db true"
}
action "waits" {
  effects = { count = state.count + 3 }
  tools   = ["curl"]
  timeout = "1m"
  run     = "until curl -fsS -o /dev/null http://127.0.0.1:8080/; do sleep 1; done"
}
action "starts" {
  effects = { stopped = false }
  run     = "docker compose up -d && docker exec s-web-1 nginx -t"
}
action "asks" {
  effects = { count = state.count + 4 }
  run     = "if docker exec s-web-1 true 2> /dev/null; then docker logs s-web-1 > web.log; fi; test -e web.log || exit 1"
}
goal "up" {
  default   = true
  condition = service.web.healthy && state.checked && state.count > 3 && !state.stopped && state.clean
  include   = action.*
}
goal "healthy" { condition = service.web.healthy || state.checked }

criterion "state" {
  container {
    service = service.web
    state   = "running"
    health  = "healthy"
  }
}
criterion "sql" {
  sql {
    database = database.shop
    query    = "SELECT NOT pg_is_in_recovery()"
    equals   = true
  }
}
criterion "text" {
  sql {
    database = database.shop
    query    = "SELECT (NOT pg_is_in_recovery())::text"
    equals   = "true"
  }
}
criterion "setting" {
  sql {
    database = database.shop
    query    = "SELECT value FROM settings WHERE name = 'x'"
    equals   = "true"
  }
}
criterion "all" {
  command {
    run = <<-EOT
      ! docker inspect --format '{{.State.Running}}' s-web-1 s-web-2 | grep -qv true
      docker inspect --format '{{.State.Running}}' s-web-1 | grep -q true
      test "$(docker inspect --format '{{.State.Running}}' s-web-1 s-web-2 | sort -u)" = true
      docker inspect --format '{{.State.Running}}' s-web-1 s-web-2 | sort -u | wc -l | grep -qx 1
    EOT
  }
}
criterion "status" {
  command {
    tools = ["jq"]
    run   = <<-EOT
      docker inspect s-web-1 > state.json
      jq -e '.[0].State.Running' state.json > /dev/null
      jq -e '.[0].RestartCount < 5' state.json
      jq '.[0].RestartCount < 5' state.json | grep -qx true
      test "$(jq -r '.[0].State.Status == "running"' state.json)" = true
      jq '.[] | select(.RestartCount < 5) | .Name' state.json | grep -q web
      jq '.[0].RestartCount == 0' state.json > result.txt
      grep -x true result.txt
      grep -c running state.json | head -n 1 | grep -q 1
    EOT
  }
}
