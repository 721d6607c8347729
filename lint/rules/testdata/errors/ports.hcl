# Ports that are valid by themselves but contradict each other.

system "ports" {}

image "postgres" {
  pull = "postgres:17.5"
}

image "own" {
  tag = "ports-postgres:1.0"
  stage "runtime" {
    from = "pgvector/pgvector:0.8.0-pg17"
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

# The port moved, the database didn't. Its healthcheck isn't reported again.
service "moved" {
  image = image.postgres
  env = {
    PGPORT      = 5433 # ERROR OG840: PGPORT tells PostgreSQL in service.moved to listen on 5433, but database.moved (main.hcl:48,1-17) expects 5432
    POSTGRES_DB = "moved"
  }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5433
  }
  healthcheck {
    sql {
      database = database.moved
    }
  }
}

database "moved" {
  service = service.moved
}

# An unknown setting: the block and the port still differ.
service "hidden" {
  image = image.foreign
  port "sql" {
    container = 5433
  }
  port "metrics" {
    container = 9187
  }
}

database "hidden" { # WARNING OG839: database.hidden uses port 5432 of service.hidden, which doesn't declare it: "metrics" is 9187 (main.hcl:58,3-17), "sql" is 5433
  service = service.hidden
}

database "second" {
  service = service.hidden
  port    = 5434 # WARNING OG839: write port = service.hidden.port.NAME.container in database.second; if 5434 is right, declare it: port "sql" { container = 5434 }
}

# The flag takes precedence over the variable, and the last flag over the others.
service "flag" {
  image   = image.own
  env     = { PGPORT = 5433, POSTGRES_HOST_AUTH_METHOD = "trust" }
  command = ["-p", "5435", "-c", "port=5434"] # ERROR OG840: The flag -c tells PostgreSQL in service.flag to listen on 5434, but database.flag (main.hcl:84,13-44) expects 5433, where nothing will answer. Let both refer to one port block: ${service.flag.port.sql.container} in the flag, and write
  port "sql" {
    container = 5433
  }
}

database "flag" {
  service = service.flag
  port    = service.flag.port.sql.container
}

# Block and database agree, but the server isn't configured.
service "untold" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5433
  }
  healthcheck {
    sql {
      port = "sql"
    }
  }
}

database "untold" {
  service = service.untold
  port    = service.untold.port.sql.container # WARNING OG841: image.postgres listens on 5432. Write PGPORT = service.untold.port.sql.container in its env.
}

service "probed" {
  image = image.foreign
  port "http" {
    container = 8080
  }
  healthcheck {
    http {
      port = 8081 # WARNING OG839: write port = "http" in its http block
      path = "/health"
    }
  }
}

service "connected" {
  image    = image.foreign
  replicas = 2
  port "http" {
    container = 8080 + replica.index
  }
  healthcheck {
    tcp {
      port = 8080 # WARNING OG839: The healthcheck of service.connected uses port 8080
    }
  }
}

service "curled" {
  image = image.foreign
  port "http" {
    container = 8080
  }
  healthcheck { # WARNING OG839: use ${service.curled.port.http.container}
    command = ["curl", "-f", "http://localhost:8000/health"]
  }
}

service "queried" {
  image = image.foreign
  env   = { POSTGRES_DB = "x", PGPORT = 5433 } # ERROR OG840: the healthcheck of service.queried
  port "sql" {
    container = 5433
  }
  healthcheck {
    sql {}
  }
}

service "client" {
  image = image.foreign
  env = {
    PGHOST = service.moved.host
    PGPORT = 5432 # WARNING OG809: PGPORT of service.client connects to moved:5432, but inside the network that service listens on port 5433
  }
}

service "prometheus" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheus.yml", "--web.listen-address", "0.0.0.0:9091"] # ERROR OG840: --web.listen-address tells Prometheus in service.prometheus to listen on 9091, but port "http" of service.prometheus
  port "http" {
    container = 9090
  }
}

prometheus {
  service = service.prometheus
}

service "grafana" {
  image = image.grafana
  port "http" { # WARNING OG841: Write GF_SERVER_HTTP_PORT = service.grafana.port.http.container in its env
    container = 3001
  }
}

grafana {
  service = service.grafana
}
