# A guestbook: a web server and a database. Nothing here states the order of
# deployment; omegagen plans it.
#
#   omegagen build    writes the kit into generated/
#   cd generated && ./deploy.sh
#
# Then open http://127.0.0.1:8080 . Each visit is counted in the database.

system "quickstart" {
  version     = "1.0.0"
  description = "A web server that counts its visits in PostgreSQL"

  # Defaults for every service.
  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "10m", max-file = "3" }
    }
  }
}

# A secret is generated randomly by the first deployment, and kept. Containers get it
# as a file; it is in no environment, image or log.
secret "postgres_password" {
  length = 24
}

secret "web_password" {
  length = 24
}

volume "data" {}

# --- The database -------------------------------------------------------------

image "postgres" {
  pull = "postgres:17.5-bookworm"
}

service "database" {
  image      = image.postgres
  env        = { POSTGRES_DB = "guestbook" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.postgres_password }

  # No host port: only the other services can reach it.
  port "sql" {
    container = 5432
  }

  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }

  # Healthy means: it answers a query.
  healthcheck {
    interval = "5s"
    retries  = 12

    sql {}
  }

  resources {
    memory = "256MB"
  }

  # The image's own user, so that it doesn't start as root.
  harden {
    user = "999:999"
  }
}

# The schema is applied when the database is healthy, and again by every later
# deployment: it only adds missing objects.
database "guestbook" {
  service = service.database

  table "visits" {
    column "id" {
      type     = "bigint"
      null     = false
      identity = "always"
    }
    column "seen_at" {
      type    = "timestamptz"
      null    = false
      default = "now()"
    }
    primary_key = ["id"]
  }

  # The only privileges of the web server.
  role "web" {
    login    = true
    password = secret.web_password
  }

  grant "web" {
    privileges = ["select", "insert"]
    on         = [database.guestbook.table.visits]
    to         = [database.guestbook.role.web]
  }
}

# --- The web server -----------------------------------------------------------

image "web" {
  tag = "quickstart-web:1.0.0"

  stage "runtime" {
    from = "debian:bookworm-slim"

    packages {
      apt = ["busybox", "postgresql-client"]
    }
    copy {
      src   = ["web/visit.sh"]
      dest  = "/srv/cgi-bin/index.cgi"
      chmod = "0755"
    }
    user {
      name = "10001:10001"
    }
    entrypoint {
      command = ["busybox", "httpd", "-f", "-p", "8080", "-h", "/srv"]
    }
  }
}

# A file of the kit, from a template next to this manifest. References keep it
# consistent: rename the table above, and this changes too.
artifact "web/visit.sh" {
  template   = "web/visit.sh.tmpl"
  executable = true
  data = {
    host     = service.database.host
    port     = service.database.port.sql.container
    database = "guestbook"
    role     = "web"
    table    = database.guestbook.table.visits.name
  }
}

service "web" {
  image      = image.web
  secret_env = { WEB_PASSWORD_FILE = secret.web_password }
  depends_on = { database = "healthy" }

  # Published on 127.0.0.1; `bind = "0.0.0.0"` would expose it to the network.
  port "http" {
    container = 8080
    host      = 8080
  }

  healthcheck {
    interval = "5s"
    retries  = 6

    tcp {
      port = "http"
    }
  }

  resources {
    memory = "64MB"
  }

  harden {
    read_only = true
  }
}

# --- Success criteria----------------------------------------------------------

criterion "counts_visits" {
  title  = "The page counts a visit"
  within = "30s"

  http {
    service  = service.web
    port     = "http"
    path     = "/"
    status   = 200
    contains = "You are visitor number"
  }
}

image "curl" {
  pull = "curlimages/curl:8.15.0"
}

# Built with --target kubernetes: the same system on a cluster.
target "kubernetes" {
  registry = "registry.example.org/quickstart"
  runner   = image.curl # of the pod from which deploy.sh checks the criterion

  ingress {
    domain = "quickstart.example.org"
  }
}
