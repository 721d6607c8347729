# A shop: nginx, an application, PostgreSQL.
system "shop" {
  defaults {
    bind    = "0.0.0.0"
    restart = "unless-stopped"
  }
}

parameter "http_port" {
  type    = number
  default = 8080
}

parameter "tag" {
  default = "v2.3"
}

secret "db_password" {
  from = "file"
  file = "../db_password.txt"
}

volume "db" {}

volume "static" {}

image "shop" {
  pull = "ghcr.io/example/shop:${parameter.tag}"
}

image "postgres" {
  pull = "postgres:17"
}

image "nginx" {
  pull = "nginx:1.27-alpine"
}

service "app" {
  image = image.shop
  env = {
    # the database
    DATABASE_URL = "postgres://shop@${service.db.host}:5432/shop"
    DEBUG        = false
    EMPTY        = ""
    PRICE        = "$5"
    WORKERS      = 4
  }
  depends_on = { db = "started", migrate = "completed" }
  logging = {
    driver  = "json-file"
    options = { max-file = "3", max-size = "10m" }
  }

  mount "/app/static" {
    volume = volume.static
  }

  healthcheck {
    command      = ["curl", "-f", "http://localhost:8000/health"]
    interval     = "10s"
    retries      = 5
    start_period = "1m30s"
  }
}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop", POSTGRES_USER = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db_password }
  logging = {
    driver  = "json-file"
    options = { max-file = "3", max-size = "10m" }
  }
  shm_size = "256m"

  mount "/var/lib/postgresql/data" {
    volume = volume.db
  }

  mem_reservation = "256m"

  resources {
    memory = "1g"
    cpus   = 1.5
  }
}

service "migrate" {
  image      = image.shop
  command    = ["python", "manage.py", "migrate", "--noinput"]
  depends_on = { db = "started" }
  oneshot    = true
  restart    = "no"
}

# Serves the pages.
service "web" {
  image      = image.nginx
  depends_on = { app = "healthy" }
  logging = {
    driver  = "json-file"
    options = { max-file = "3", max-size = "10m" }
  }

  # plain HTTP
  port "http" {
    container = 80
    host      = parameter.http_port
  }
  port "https" {
    container = 443
    host      = 443
  }

  mount "/etc/nginx/nginx.conf" {
    bind      = "./nginx.conf"
    read_only = true
  }
  mount "/usr/share/nginx/html" {
    volume    = volume.static
    read_only = true
  }
}
