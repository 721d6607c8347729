system "backup" {}

secret "root" {
  from = "file"
  file = "../root.txt"
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
  image      = image.mysql
  command    = ["--max-connections=500", "--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE"]
  env        = { MYSQL_DATABASE = "app" }
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.root }

  mount "/var/lib/mysql" {
    volume = volume.data
    nocopy = true
  }
}

service "dump" {
  image      = image.mysql
  profiles   = ["backup"]
  entrypoint = ["/bin/sh", "-ec"]
  command    = ["mysqldump -h db -p\"$(cat /run/secrets/root)\" app > /backup/app.sql"]
  secrets    = [secret.root]
  depends_on = {
    db = { condition = "started", required = false }
  }

  mount "/backup" {
    bind   = "./backup"
    create = true
  }
}
