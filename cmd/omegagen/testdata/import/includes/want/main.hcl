system "includes" {
  defaults {
    bind = "0.0.0.0"
  }
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
  image = image.mariadb
  env   = { MARIADB_DATABASE = "app", MARIADB_ROOT_PASSWORD = "root" }

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
