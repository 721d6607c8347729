# Nextcloud with PostgreSQL and Redis: your own files, calendars and contacts. Open
# http://127.0.0.1:8080 after the first start, which takes a minute.

system "cloud" {
  description = "Nextcloud with PostgreSQL and Redis"

  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "10m", max-file = "3" }
    }
  }
}

secret "database_password" {
  length = 32
}

secret "admin_password" {
  length = 24
}

network "backend" {
  internal = true
}

network "frontend" {}

volume "database" {}

volume "nextcloud" {}

image "postgres" {
  pull = "postgres:17.5-bookworm"
}

image "redis" {
  pull = "redis:7.4.5-alpine"
}

image "nextcloud" {
  pull = "nextcloud:31.0.7-apache"
}

service "database" {
  image    = image.postgres
  networks = [network.backend]
  shm_size = "256m"

  env = {
    POSTGRES_DB   = "nextcloud"
    POSTGRES_USER = "nextcloud"
  }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.database_password }

  port "sql" {
    container = 5432
  }

  mount "/var/lib/postgresql/data" {
    volume = volume.database
  }

  resources {
    memory = "1GB"
  }
}

# Locks and cache, which may be lost: no volume.
service "cache" {
  image    = image.redis
  networks = [network.backend]
  command  = ["redis-server", "--save", "", "--appendonly", "no"]

  port "redis" {
    container = 6379
  }

  mount "/data" {
    tmpfs = true
  }
}

service "web" {
  image      = image.nextcloud
  networks   = [network.frontend, network.backend]
  depends_on = { database = "healthy", cache = "healthy" }

  env = {
    POSTGRES_HOST             = service.database.host
    POSTGRES_DB               = "nextcloud"
    POSTGRES_USER             = "nextcloud"
    REDIS_HOST                = service.cache.host
    NEXTCLOUD_ADMIN_USER      = "admin"
    NEXTCLOUD_TRUSTED_DOMAINS = "127.0.0.1 localhost"
  }
  secret_env = {
    POSTGRES_PASSWORD_FILE        = secret.database_password
    NEXTCLOUD_ADMIN_PASSWORD_FILE = secret.admin_password
  }

  port "http" {
    container = 80
    host      = 8080
  }

  mount "/var/www/html" {
    volume = volume.nextcloud
  }

  # The first start installs, an upgrade migrates: both take minutes.
  healthcheck {
    command      = ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1/status.php"]
    interval     = "30s"
    timeout      = "10s"
    retries      = 3
    start_period = "10m"
  }
}

# Background jobs, from the same image and with the same files, which contain the
# configuration, except that of the cache.
service "cron" {
  image      = image.nextcloud
  networks   = [network.frontend, network.backend]
  entrypoint = ["/cron.sh"]
  env        = { REDIS_HOST = service.cache.host }
  depends_on = { web = "healthy" }

  mount "/var/www/html" {
    volume = volume.nextcloud
  }
}
