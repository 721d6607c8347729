# One of each kind of healthcheck's test, of probe, of a stage's step and of what a database declares.
system "kinds" {}

image "cadvisor" {
  pull = "ghcr.io/google/cadvisor:v0.53.0"
}
image "postgres" {
  pull = "postgres:17.5"
}
image "nginx" {
  pull = "nginx:1.27.5"
}

image "steps" {
  stage "only" {
    from = "debian:12.10"
    packages {
      apt = ["curl"]
    }
    workdir {
      path = "/srv"
    }
    copy {
      src  = "a"
      dest = "b"
    }
    add {
      src  = "a.tar"
      dest = "/opt/"
    }
    run {
      command = "true"
    }
    env {
      values = { A = "b" }
    }
    arg {
      name = "A"
    }
    expose {
      ports = [8080]
    }
    volume {
      paths = ["/data"]
    }
    stopsignal {
      signal = "SIGTERM"
    }
    shell {
      command = ["/bin/sh", "-c"]
    }
    label {
      values = { a = "b" }
    }
    onbuild {
      run {
        command = "true"
      }
    }
    user {
      name = "10001"
    }
    entrypoint {
      command = ["/bin/a"]
    }
    cmd {
      command = ["b"]
    }
  }
}

service "of_the_image" {
  image = image.cadvisor
}
service "command" {
  image = image.nginx
  healthcheck {
    command  = ["true"]
    interval = "5s"
  }
}
service "shell" {
  image = image.nginx
  healthcheck {
    shell    = "true"
    interval = "5s"
  }
}
service "http" {
  image = image.nginx
  port "http" {
    container = 80
    host      = 8080
  }
  healthcheck {
    interval = "5s"
    http {
      path = "/"
      port = "http"
    }
  }
}
service "tcp" {
  image = image.nginx
  port "http" {
    container = 80
    host      = 8081
  }
  healthcheck {
    interval = "5s"
    tcp {
      port = "http"
    }
  }
}
secret "password" {}
service "sql" {
  image      = image.postgres
  env        = { POSTGRES_DB = "app" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  healthcheck {
    interval = "5s"
    sql {}
  }
}
database "app" {
  service = service.sql
  extension "pgcrypto" {}
  schema "s" {}
  type "mood" {
    values = ["good"]
  }
  table "t" {
    column "id" {
      type = "bigint"
      null = false
    }
    primary_key = ["id"]
  }
  function "f" {
    returns  = "trigger"
    language = "plpgsql"
    body     = "BEGIN RETURN NEW; END"
  }
  trigger "g" {
    on       = database.app.table.t
    timing   = "before"
    events   = ["insert"]
    function = database.app.function.f
  }
  view "v" {
    query = "SELECT id FROM t"
  }
  role "r" {}
  grant "a" {
    privileges = ["select"]
    on         = [database.app.table.t]
    to         = [database.app.role.r]
  }
  seed "b" {
    table = database.app.table.t
    rows  = [{ id = 1 }]
  }
  query "q" {
    sql = "SELECT id FROM t"
  }
  sql "w" {
    sql = "ANALYZE t"
  }
}
prometheus {
  service = service.prometheus
}
service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
    host      = 9090
  }
}
image "prometheus" {
  pull = "prom/prometheus:v3.4.0"
}

criterion "http" {
  http {
    service = service.http
    port    = "http"
  }
}
criterion "tcp" {
  tcp {
    service = service.tcp
    port    = "http"
  }
}
criterion "grpc" {
  grpc {
    service = service.tcp
    port    = "http"
  }
}
criterion "sql" {
  sql {
    database = database.app
    query    = "SELECT 1"
    equals   = 1
  }
}
criterion "promql" {
  promql {
    expr = "up"
  }
}
criterion "container" {
  container {
    service = service.command
  }
}
criterion "command" {
  command {
    run = "true"
  }
}
