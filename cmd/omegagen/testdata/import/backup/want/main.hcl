system "backup" {
  compose = {
    secrets = {
      root = { file = "./root.txt" }
    }
  }
}

volume "data" {
  driver_opts = {
    device = "/srv/mysql"
    o      = "bind"
    type   = "none"
  }
}

image "mysql" {
  pull = "mysql:8.4"
}

service "db" {
  image   = image.mysql
  command = ["--max-connections=500", "--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE"]
  env = {
    MYSQL_DATABASE           = "app"
    MYSQL_ROOT_PASSWORD_FILE = "/run/secrets/root"
  }

  mount "/var/lib/mysql" {
    volume = volume.data
    nocopy = true
  }

  compose = {
    secrets = [{ source = "root", target = "/run/secrets/root" }]
  }
}

service "dump" {
  image      = image.mysql
  profiles   = ["backup"]
  entrypoint = ["/bin/sh", "-ec"]
  command    = ["mysqldump -h db -p\"$(cat /run/secrets/root)\" app > /backup/app.sql"]
  depends_on = {
    db = { condition = "started", required = false }
  }

  mount "/backup" {
    bind   = "./backup"
    create = true
  }

  compose = {
    secrets = [{ source = "root", target = "/run/secrets/root" }]
  }
}
