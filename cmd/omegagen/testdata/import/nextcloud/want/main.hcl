system "nextcloud" {
  defaults {
    restart = "always"
  }
}

volume "db" {}

volume "nextcloud" {
  name = "nextcloud_data"
}

image "nextcloud" {
  pull = "nextcloud:31-apache"
}

image "mariadb" {
  pull = "mariadb:11"
}

image "redis" {
  pull = "redis:alpine"
}

service "app" {
  image = image.nextcloud
  env = {
    MYSQL_HOST       = service.db.host
    PHP_MEMORY_LIMIT = "1G"
    REDIS_HOST       = service.redis.host
  }
  depends_on = {
    db    = { condition = "started", restart = true }
    redis = { condition = "started", required = false }
  }
  env_file = [{ path = "./db.env", required = false }]

  port "http" {
    container = 80
    host      = 8080
    bind      = "127.0.0.1"
  }

  mount "/var/www/html" {
    volume = volume.nextcloud
  }
  mount "/usr/local/etc/php/conf.d/zz.ini" {
    bind      = "./php.ini"
    read_only = true
  }
}

service "cron" {
  image        = image.nextcloud
  entrypoint   = ["/cron.sh"]
  depends_on   = { db = "started", redis = "started" }
  volumes_from = ["app"]
}

service "db" {
  image    = image.mariadb
  command  = ["--transaction-isolation=READ-COMMITTED", "--log-bin=binlog", "--binlog-format=ROW"]
  env_file = "./db.env"

  mount "/var/lib/mysql" {
    volume = volume.db
  }
}

service "redis" {
  image = image.redis
}
