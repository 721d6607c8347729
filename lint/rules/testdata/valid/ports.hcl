# Ports that may differ, and settings that can't be read.

system "ports" {}

image "postgres" {
  pull = "postgres:17.5"
}

image "own" {
  tag = "ports-postgres:1.0"
  stage "runtime" {
    from = "postgres:17.5"
    env {
      values = { PGPORT = "5433" }
    }
  }
}

image "foreign" {
  pull = "example.org/server:1.0"
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

image "grafana" {
  pull = "grafana/grafana:12.0.2"
}

secret "password" {}

locals {
  moved = 5433
}

# Moved consistently.
service "moved" {
  image      = image.postgres
  env        = { PGPORT = service.moved.port.sql.container }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = local.moved
  }
  port "metrics" {
    container = 9187
  }
  healthcheck {
    sql {
      database = database.moved
    }
  }
}

database "moved" {
  service = service.moved
  port    = local.moved
}

# No port is declared: other services need none to reach it.
service "bare" {
  image = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  env   = { PGPORT = 5440, POSTGRES_DB = "bare" }
  healthcheck {
    tcp {
      port = 5440
    }
  }
}

database "bare" {
  service = service.bare
  port    = 5440
}

# UDP is independent of TCP.
service "datagrams" {
  image = image.foreign
  port "dns" {
    container = 53
    protocol  = "udp"
  }
  healthcheck {
    tcp {
      port = 8053
    }
  }
}

# The image, a file, a script or Compose may set where it listens.
service "own" {
  image = image.own
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5433
  }
}

database "own" {
  service = service.own
  port    = 5433
}

service "configured" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5433
  }
  mount "/etc/postgresql" {
    bind = "conf"
  }
}

database "configured" {
  service = service.configured
  port    = 5433
}

service "named" {
  image      = image.postgres
  command    = ["-c", "config_file=/etc/postgresql.conf"]
  env        = { PGPORT = 5434 }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  mount "/etc/postgresql.conf" {
    bind = "postgresql.conf"
  }
  port "sql" {
    container = 5433
  }
}

database "named" {
  service = service.named
  port    = 5433
}

service "wrapped" {
  image      = image.postgres
  entrypoint = ["/start"]
  env        = { PGPORT = 5434 }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5433
  }
}

database "wrapped" {
  service = service.wrapped
  port    = 5433
}

service "environed" {
  image    = image.postgres
  env_file = ["ports.env"]
  port "sql" {
    container = 5433
  }
}

database "environed" {
  service = service.environed
  port    = 5433
}

# A connection pool's PGPORT is the port of its server.
service "pool" {
  image = image.foreign
  env = {
    PGHOST = service.moved.host
    PGPORT = service.moved.port.sql.container
  }
  port "sql" {
    container = 6432
  }
}

database "pool" {
  service = service.pool
  port    = 6432
}

# Compose's own key declares ports too.
service "exposed" {
  image  = image.foreign
  expose = ["8081"]
  port "http" {
    container = 8080
  }
  healthcheck {
    http {
      port = 8081
      path = "/health"
    }
  }
}

service "curled" {
  image = image.foreign
  port "http" {
    container = 8080
  }
  healthcheck {
    command = ["curl", "-f", "http://localhost:${service.curled.port.http.container}/health", "http://other:9999"]
  }
}

service "prometheus" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheus.yml", "--web.listen-address=127.0.0.1:9090", "--web.listen-address=:9091"]
  port "http" {
    container = 9091
  }
}

prometheus {
  service = service.prometheus
}

service "grafana" {
  image = image.grafana
  env   = { GF_SERVER_HTTP_PORT = 3001 }
  port "http" {
    container = 3001
  }
}

grafana {
  service = service.grafana
}

# The flag takes precedence, in all its forms; and other places that may set it.
service "joined" {
  image   = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  command = ["postgres", "-p5433"]
  env     = { PGPORT = 5434 }
  port "sql" {
    container = 5433
  }
}

database "joined" {
  service = service.joined
  port    = 5433
}

service "assigned" {
  image   = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  command = ["--port=5433"]
  env     = { PGPORT = 5434 }
  port "sql" {
    container = 5433
  }
}

database "assigned" {
  service = service.assigned
  port    = 5433
}

service "combined" {
  image   = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  command = ["-cport=5433"]
  env     = { PGPORT = 5434 }
  port "sql" {
    container = 5433
  }
}

database "combined" {
  service = service.combined
  port    = 5433
}

service "folder" {
  image   = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  command = ["-D", "/etc/postgresql"]
  env     = { PGPORT = 5434 }
  port "sql" {
    container = 5433
  }
}

database "folder" {
  service = service.folder
  port    = 5433
}

service "composed" {
  image   = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  compose = { environment = { PGPORT = "5433" } }
  port "sql" {
    container = 5433
  }
}

database "composed" {
  service = service.composed
  port    = 5433
}

service "config" {
  image   = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  configs = ["postgresql"]
  port "sql" {
    container = 5433
  }
}

database "config" {
  service = service.config
  port    = 5433
}

service "extended" {
  image   = image.postgres
  extends = { service = "own" }
  port "sql" {
    container = 5433
  }
}

database "extended" {
  service = service.extended
  port    = 5433
}

service "borrowed" {
  image        = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  volumes_from = ["configured"]
  port "sql" {
    container = 5433
  }
}

database "borrowed" {
  service = service.borrowed
  port    = 5433
}

service "owner" {
  image = image.foreign
}

# Services that share a network share its ports, and new keys may declare some.
service "shared" {
  image        = image.foreign
  network_mode = "service:owner"
  port "http" {
    container = 8080
  }
  healthcheck {
    tcp {
      port = 8081
    }
  }
}

service "newer" {
  image   = image.foreign
  compose = { ports = ["8081"] }
  port "http" {
    container = 8080
  }
  healthcheck {
    tcp {
      port = 8081
    }
  }
}
