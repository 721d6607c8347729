system "passwords" {
  defaults {
    bind = "0.0.0.0"
  }
}

parameter "dump_token" {
  sensitive = true
}

parameter "redis_password" {
  sensitive   = true
  description = "CELERY_BROKER_URL of web; REDIS_URL of web and worker; the command of redis, in the Compose file"
}

secret "mysql_password" {
  from        = "prompt"
  description = "MYSQL_PASSWORD of sql; WORDPRESS_DB_PASSWORD of blog, in the Compose file"
}

secret "pg_old" {
  from        = "prompt"
  description = "PGPASSWORD of blog, in the Compose file"
}

secret "pgpassword" {
  from        = "prompt"
  description = "PGPASSWORD of reports, in the Compose file"
}

secret "postgres_password" {
  from        = "prompt"
  description = "DATABASE_URL of web and worker; POSTGRES_PASSWORD of db, in the Compose file"
}

secret "reports_postgres_password" {
  from        = "prompt"
  description = "POSTGRES_PASSWORD of reports, in the Compose file"
}

secret "secret_key" {
  from        = "prompt"
  description = "SECRET_KEY of web and worker, in the Compose file"
}

secret "stripe_api_key" {
  from        = "prompt"
  description = "STRIPE_API_KEY of web, in the Compose file"
}

volume "pg" {}

image "wordpress" {
  pull = "wordpress:6.6"
}

image "postgres" {
  pull = "postgres:16"
}

image "redis" {
  pull = "redis:7"
}

image "mysql" {
  pull = "mysql:8.0"
}

image "web" {
  pull = "registry.example.org/shop/web:1.4"
}

# a value that isn't one, one that a script reads, one that .env can't hold, and a word that is reserved
service "blog" {
  image = image.wordpress
  env = {
    CERTIFICATE_PASSWORD = "with \"quotes\""
    PGPASSWORD           = secret.pg_old
    SMTP_AUTH_PASSWORD   = "no"
    WORDPRESS_DB_HOST    = service.sql.host
  }
  secret_env = { WORDPRESS_DB_PASSWORD_FILE = secret.mysql_password }
  exposed    = true
  reason     = "so in the Compose file; a file is safer, if the program reads one"
}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop", POSTGRES_USER = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.postgres_password }

  mount "/var/lib/postgresql/data" {
    volume = volume.pg
  }

  healthcheck {
    shell    = "pg_isready -U shop"
    interval = "5s"
  }
}

service "redis" {
  image   = image.redis
  command = ["redis-server", "--requirepass", parameter.redis_password]
}

service "reports" {
  image   = image.postgres
  command = ["sh", "-c", "pg_dump \"postgres://x:$POSTGRES_PASSWORD@${service.db.host}/shop\""]
  env = {
    PGPASSWORD        = secret.pgpassword
    POSTGRES_PASSWORD = secret.reports_postgres_password
  }
  exposed = true
  reason  = "so in the Compose file; a file is safer, if the program reads one"
  labels  = { dump = parameter.dump_token }
}

service "sql" {
  image      = image.mysql
  env        = { MYSQL_RANDOM_ROOT_PASSWORD = "yes", MYSQL_USER = "wordpress" }
  secret_env = { MYSQL_PASSWORD_FILE = secret.mysql_password }

  # The password stands here as in the Compose file. Read it from the container's environment or files instead.
  healthcheck {
    command = ["mysqladmin", "ping", "-h", "127.0.0.1", "-pwordpress"]
  }
}

service "web" {
  image   = image.web
  command = ["gunicorn", "shop.wsgi", "-b", "0.0.0.0:8000"]
  env = {
    CELERY_BROKER_URL = "redis://:${parameter.redis_password}@${service.redis.host}:6379/1"
    DATABASE_URL      = "postgres://shop:${secret.postgres_password}@${service.db.host}:5432/shop"
    DEBUG             = 0
    REDIS_URL         = "redis://:${parameter.redis_password}@${service.redis.host}:6379/0"
    SECRET_KEY        = secret.secret_key
    STRIPE_API_KEY    = secret.stripe_api_key
  }
  exposed    = true
  reason     = "so in the Compose file; a file is safer, if the program reads one"
  depends_on = { db = "healthy" }

  port "http" {
    container = 8000
    host      = 8000
  }
}

service "worker" {
  image   = image.web
  command = ["celery", "-A", "shop", "worker"]
  env = {
    DATABASE_URL = "postgres://shop:${secret.postgres_password}@${service.db.host}:5432/shop"
    REDIS_URL    = "redis://:${parameter.redis_password}@${service.redis.host}:6379/0"
    SECRET_KEY   = secret.secret_key
  }
  exposed = true
  reason  = "so in the Compose file; a file is safer, if the program reads one"
}
