# Databases on folders of the host, which belong to root when they are made.

system "binds" {}

secret "password" {
  length = 24
}

image "postgres" {
  pull = "postgres:17.5"
}

service "postgres" {
  image      = image.postgres
  restart    = "unless-stopped"
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }

  port "sql" {
    container = 5432
  }

  mount "/var/lib/postgresql/data" {
    bind   = "./data/postgres"
    create = true
  }
}

image "mariadb" {
  pull = "mariadb:11.4"
}

service "mariadb" {
  image      = image.mariadb
  restart    = "unless-stopped"
  secret_env = { MARIADB_ROOT_PASSWORD_FILE = secret.password }

  port "sql" {
    container = 3306
  }

  mount "/var/lib/mysql" {
    bind   = "./data/mariadb"
    create = true
  }
}

image "redis" {
  pull = "redis:7.4"
}

service "redis" {
  image   = image.redis
  restart = "unless-stopped"
  command = ["redis-server", "--appendonly", "yes"]

  port "redis" {
    container = 6379
  }

  mount "/data" {
    bind   = "./data/redis"
    create = true
  }
}
