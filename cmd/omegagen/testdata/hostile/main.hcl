locals {
  h  = "q'q\"q $(touch x) `touch x` $${y} {{.}} $$ \\ %s é漢🎉\nsecond line; touch x"
  h1 = "q'q\"q $(touch x) `touch x` $${y} {{.}} $$ \\ %s é漢🎉; touch x # --> */ <b>"
}

system "hostile" {
  version     = local.h1
  description = local.h1
}

milestone "m" {
  title = local.h
  goal  = local.h
}

secret "pw" {}

image "web" {
  tag    = "hostile-web:1"
  labels = { vendor = local.h1, "org.example.x" = local.h1 }
  stage "runtime" {
    from = "debian:bookworm-slim"
    env {
      values = { HOSTILE = local.h1 }
    }
    run {
      command = ["echo", local.h]
    }
    user {
      name = "10001"
    }
    entrypoint {
      command = ["sh", "-c", local.h]
    }
  }
}

image "db" {
  pull = "postgres:17.5"
}

service "web" {
  image   = image.web
  env     = { HOSTILE = local.h }
  command = ["sh", "-c", local.h]
  labels  = { hostile = local.h }
  port "http" {
    container = 8080
    host      = 8080
  }
  healthcheck {
    command = ["sh", "-c", local.h]
  }
  scrape "m" {
    port    = "http"
    path    = "/metrics"
    exports = { x_total = "counter" }
  }
}

service "database" {
  image      = image.db
  env        = { POSTGRES_DB = "d" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.pw }
  healthcheck {
    shell = "printf %s '${replace(local.h, "'", "'\\''")}'"
  }
}

image "prom" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image = image.prom
  port "http" {
    container = 9090
    host      = 9090
  }
}

image "graf" {
  pull = "grafana/grafana:12.0.2"
}

service "grafana" {
  image      = image.graf
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.pw }
  port "http" {
    container = 3000
    host      = 3000
  }
}

grafana {
  service = service.grafana
}

prometheus {
  service         = service.prometheus
  external_labels = { hostile = local.h }
}

image "am" {
  pull = "prom/alertmanager:v0.28.1"
}

secret "hook" {
  from = "prompt"
}

service "alertmanager" {
  image = image.am
  port "http" {
    container = 9093
  }
}

alertmanager {
  service = service.alertmanager
  receiver "team" {
    slack {
      api_url = secret.hook
      channel = local.h
      fields  = [{ title = local.h, value = "true" }]
    }
    email {
      to        = local.h
      from      = "a@example.org"
      smarthost = "localhost:25"
      headers   = { "${local.h}" = local.h }
    }
  }
  route {
    receiver = receiver.team
    route {
      matchers = ["other=${jsonencode("$(touch x) `touch x` $y {{.}} é漢")}"]
    }
  }
}

alert "A" {
  expr        = "up{job=\"web\"} == 0"
  for         = "1m"
  severity    = "critical"
  summary     = "q'q\"q $(touch x) `touch x` $$ é漢"
  description = "q'q\"q $(touch x)\n `touch x` $$ é漢"
  labels      = { hostile = "$(touch x)" }
  runbook     = runbook.r
}

dashboard "d" {
  title       = local.h
  description = local.h
  row "r" {
    panel "p" {
      type        = "timeseries"
      title       = local.h
      description = local.h
      unit        = "reqps"
      legend      = "{{instance}}"
      expr        = "rate(x_total[5m])"
    }
  }
}

database "d" {
  service = service.database
  table "t" {
    comment = local.h
    column "a" {
      type    = "text"
      null    = false
      comment = local.h
      default = "'x'"
    }
    primary_key = ["a"]
  }
  seed "s" {
    table = database.d.table.t
    rows  = [{ a = local.h }]
  }
}

state "s" {
  type        = bool
  initial     = false
  description = local.h
}

action "a" {
  title         = local.h
  description   = local.h
  milestone     = milestone.m
  category      = local.h
  cost          = 1
  cost_note     = local.h
  priority_note = local.h
  env           = { HOSTILE = local.h }
  effects       = { s = true }
  run           = "printf '%s' \"$HOSTILE\" > out.txt"
  validate      = "test -s out.txt"
}

goal "g" {
  title       = local.h
  description = local.h
  condition   = state.s
}

criterion "c" {
  title  = local.h
  within = "5s"
  command {
    run    = "cat out.txt"
    equals = local.h
  }
}

benchmark "b" {
  title  = local.h
  target = "< 500ms"
  run    = "echo 1"
}

runbook "r" {
  title      = local.h
  symptoms   = [local.h, local.h1]
  diagnosis  = local.h
  resolution = local.h
  covers     = [action.a, criterion.c]
}
