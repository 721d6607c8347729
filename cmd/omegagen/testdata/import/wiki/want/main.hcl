system "wiki" {
  defaults {
    bind = "0.0.0.0"
  }
}

secret "mysql_root_password" {
  from        = "prompt"
  description = "DB_PASS of wiki; MYSQL_ROOT_PASSWORD of db, in the Compose file"
}

network "back" {
  internal = true
}

network "front" {}

image "mysql" {
  pull = "mysql:8.4"
}

image "bookstack" {
  pull = "lscr.io/linuxserver/bookstack"
}

service "db" {
  image      = image.mysql
  networks   = [network.back]
  env        = { MYSQL_DATABASE = "wiki" }
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.mysql_root_password }

  healthcheck {
    command = ["mysqladmin", "ping", "-h", "localhost"]
    timeout = "20s"
    retries = 10
  }
}

service "wiki" {
  image    = image.bookstack
  networks = [network.back]

  network "front" {
    priority = 100
  }

  env        = { APP_URL = "http://localhost:6875", DB_HOST = service.db.host }
  secret_env = { FILE__DB_PASS = secret.mysql_root_password }
  depends_on = { db = "healthy" }

  port "http" {
    container = 80
    host      = 6875
  }
}
