# nginx in front of a Python application that stores notes in MySQL. The image of the
# application is built here; http://127.0.0.1:8080 shows the notes.

system "notes" {
  version     = "1.0.0"
  description = "nginx, a Python application and MySQL"

  defaults {
    restart = "unless-stopped"
  }
}

secret "root_password" {
  length = 32
}

secret "app_password" {
  length = 32
}

network "frontend" {}

network "backend" {
  internal = true
}

volume "mysql" {}

# --- The database -------------------------------------------------------------

image "mysql" {
  pull = "mysql:8.4.6"
}

service "database" {
  image    = image.mysql
  networks = [network.backend]

  env = {
    MYSQL_DATABASE = "notes"
    MYSQL_USER     = "notes"
  }
  secret_env = {
    MYSQL_PASSWORD_FILE      = secret.app_password
    MYSQL_ROOT_PASSWORD_FILE = secret.root_password
  }

  port "sql" {
    container = 3306
  }

  mount "/var/lib/mysql" {
    volume = volume.mysql
  }
  mount "/docker-entrypoint-initdb.d/10-schema.sql" {
    file = artifact["mysql/schema.sql"]
  }

  resources {
    memory = "1GB"
  }
}

artifact "mysql/schema.sql" {
  template = "templates/schema.sql.tmpl"
}

# --- The application ----------------------------------------------------------

image "app" {
  stage "runtime" {
    from = "python:3.13-slim-bookworm"

    packages {
      pip = ["flask==3.1.1", "gunicorn==23.0.0", "pymysql==1.1.1", "cryptography==45.0.5"]
    }
    workdir {
      path = "/srv/app"
    }
    copy {
      src  = ["app/notes.py"]
      dest = "./"
    }
    user {
      name = "10001:10001"
    }
    entrypoint {
      command = ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-tmp-dir", "/dev/shm", "notes:app"]
    }
  }
}

artifact "app/notes.py" {
  template = "templates/notes.py.tmpl"
  data = {
    host = service.database.host
    port = service.database.port.sql.container
  }
}

service "app" {
  image      = image.app
  replicas   = 2
  networks   = [network.frontend, network.backend]
  secret_env = { DATABASE_PASSWORD_FILE = secret.app_password }
  depends_on = { database = "healthy" }

  port "http" {
    container = 8000
  }

  healthcheck {
    command  = ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
    interval = "10s"
    timeout  = "5s"
  }

  mount "/tmp" {
    tmpfs = true
  }

  resources {
    memory = "256MB"
  }

  harden {
    read_only = true
  }
}

# --- The proxy ----------------------------------------------------------------

image "nginx" {
  pull = "nginx:1.28.0-alpine"
}

artifact "nginx/default.conf" {
  template = "templates/default.conf.tmpl"
  data = {
    host = service.app.host
    port = service.app.port.http.container
  }
}

service "proxy" {
  image      = image.nginx
  networks   = [network.frontend]
  depends_on = { app = "healthy" }

  port "http" {
    container = 80
    host      = 8080
  }

  mount "/etc/nginx/conf.d/default.conf" {
    file = artifact["nginx/default.conf"]
  }

  healthcheck {
    interval = "10s"

    http {
      port = "http"
      path = "/healthz"
    }
  }
}
