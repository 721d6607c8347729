system "includes" {
  defaults {
    bind = "0.0.0.0"
  }
}

secret "mariadb_root_password" {
  from        = "prompt"
  description = "MARIADB_ROOT_PASSWORD of db, in the Compose file"
}

volume "dbdata" {}

image "memcached" {
  pull = "memcached:1.6"
}

image "mariadb" {
  pull = "mariadb:11"
}

image "caddy" {
  pull = "caddy:2"
}

service "cache" {
  image   = image.memcached
  command = ["-m", "128"]
}

service "db" {
  image      = image.mariadb
  env        = { MARIADB_DATABASE = "app" }
  secret_env = { MARIADB_ROOT_PASSWORD_FILE = secret.mariadb_root_password }

  mount "/var/lib/mysql" {
    volume = volume.dbdata
  }
}

service "web" {
  image      = image.caddy
  depends_on = { cache = "started", db = "started" }

  port "http" {
    container = 80
    host      = 8080
  }
}
