system "services" {}

parameter "auth_token" {}
parameter "api_password" { # WARNING OG803: The default of parameter.api_password is a credential in plain text
  default = "hunter2"
}
variable "grafana_password" { # WARNING OG803: holds a credential in plain text
  type    = string
  default = "admin"
}

secret "unread" {} # WARNING OG801: is never used

secret "password" {}

image "postgres" {
  pull = "postgres:17.5"
}

image "app" {
  tag = "services-app:1.0"
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

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "database" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5432
    host      = 5432 # WARNING OG806: it is the server of database.app
    bind      = "0.0.0.0"
  }
}

database "app" {
  service = service.database
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
    host      = 9090 # WARNING OG806: Prometheus requires no password
    bind      = "0.0.0.0"
  }
  port "six" {
    container = 9090
    host      = 9091 # WARNING OG806: Prometheus requires no password
    bind      = "::"
  }
  port "loopback" {
    container = 9090
    host      = 9092
    bind      = "::1"
  }
}

prometheus {
  service = service.prometheus
}

service "app" {
  image = image.app
  env = {
    AUTH_TOKEN = parameter.auth_token
    DB_URL     = "postgres://omega:${parameter.auth_token}@database:5432"
    API_TOKEN  = "abc"                                                  # WARNING OG803: API_TOKEN of service.app
    PEERS      = "database:5433"                                        # WARNING OG809: inside the network that service listens on port 5432
    OTHER      = "http://ruvector-postgres:8000/metrics"                # WARNING OG809: no service is named
    URL        = "postgres://omega:hunter2@database:5432"               # WARNING OG803: URL of service.app
    STORE      = "postgres://omega@database:5432/omega?sslmode=require" # WARNING OG887: requires TLS of service.database
    CERT       = "<REPLACE_WITH_CERT>"                                  # WARNING OG833: contains the placeholder
  }
  port "http" {
    container = 8080
    host      = 8080
  }
  healthcheck { # WARNING OG830: runs curl or wget inside the container
    http {
      port = "http"
      path = "/health"
    }
  }
}
