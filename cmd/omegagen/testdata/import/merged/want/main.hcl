system "merged" {
  defaults {
    bind = "0.0.0.0"
  }
}

secret "postgres_password" {
  from        = "prompt"
  description = "POSTGRES_PASSWORD of db.main, in the Compose file"
}

volume "data" {}

image "postgres" {
  pull = "postgres:17"
}

image "nginx" {
  pull = "nginx"
}

service "db_main" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.postgres_password }

  mount "/docker-entrypoint-initdb.d" {
    bind      = "./db/init"
    read_only = true
  }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }

  compose = {
    networks = {
      default = {
        aliases = ["db.main"]
      }
    }
  }
}

service "web" {
  image = image.nginx
  env = {
    A = "b"
    B = 2
    C = "c"
  }
  labels     = { from = "base" }
  depends_on = { db_main = "started" }

  port "http" {
    container = 80
    host      = 81
  }

  mount "/html" {
    bind   = "./html"
    create = true
  }
}
