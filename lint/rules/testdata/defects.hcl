# The base to which defects_test.go adds one mistake at a time.
system "defects" {
  defaults {
    restart = "unless-stopped"
  }
}

secret "password" {}

volume "data" {}

volume "metrics" {}

image "postgres" {
  pull = "pgvector/pgvector:0.8.0-pg17"
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

image "app" {
  tag = "defects-app:1.0"
  stage "runtime" {
    from = "debian:bookworm-slim"
    user {
      name = "10001"
    }
    entrypoint {
      command = ["/app"]
    }
  }
}

service "database" {
  image      = image.postgres
  env        = { POSTGRES_DB = "store" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
  port "sql" {
    container = 5432
  }
  healthcheck {
    sql {}
  }
}

database "store" {
  service = service.database
  extension "vector" {}
  table "items" {
    column "id" {
      type = "text"
      null = false
    }
    column "title" {
      type = "text"
      null = false
    }
    column "embedding" {
      type = "vector(3)"
    }
    primary_key = ["id"]
  }
}

service "app" {
  image = image.app
  port "http" {
    container = 8080
    host      = 8080
  }
  scrape "metrics" {
    port    = "http"
    path    = "/metrics"
    exports = { app_requests_total = "counter", app_seconds = "summary" }
  }
}

service "prometheus" {
  image = image.prometheus
  mount "/prometheus" {
    volume = volume.metrics
  }
}

prometheus {
  service = service.prometheus
}

state "done" {
  type    = bool
  initial = false
}

state "figure" {
  type = number
}

action "work" {
  effects  = { done = true }
  run      = "touch done.txt"
  validate = "test -e done.txt"
}

goal "default" {
  condition = state.done && service.app.started && database.store.applied
  default   = true
}

locals {
  psql = "docker exec -i ${service.database.instances[0].container_name} psql -U postgres"
}
