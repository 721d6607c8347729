system "shop" {
  defaults {
    bind = "0.0.0.0"
  }
}

parameter "api_tag" {
  default = "1.4.2"
}

secret "shop_db_password" {
  from        = "prompt"
  description = "DATABASE_URL of api; POSTGRES_PASSWORD of db, in the Compose file"
}

volume "db" {}

image "api" {
  pull = "registry.example.org/shop/api:${parameter.api_tag}"
}

image "redis" {
  pull = "redis:7-alpine"
}

image "postgres" {
  pull = "postgres:17"
}

image "nginx" {
  pull = "nginx:1.27-alpine"
}

service "api" {
  image = image.api
  env = {
    CACHE        = "redis://${service.cache.host}"
    DATABASE_URL = "postgres://shop:${secret.shop_db_password}@${service.db.host}/shop"
  }
  exposed    = true
  reason     = "so in the Compose file; a file is safer, if the program reads one"
  depends_on = { cache = "started", db = "healthy" }
}

service "cache" {
  image   = image.redis
  command = ["redis-server", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]
}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop", POSTGRES_USER = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.shop_db_password }

  mount "/var/lib/postgresql/data" {
    volume = volume.db
  }

  healthcheck {
    shell    = "pg_isready -U shop"
    interval = "5s"
    retries  = 20
  }
}

service "site" {
  image      = image.nginx
  depends_on = { api = "started" }

  port "http" {
    container = 80
    host      = 80
  }
  port "https" {
    container = 443
    host      = 443
  }

  mount "/usr/share/nginx/html" {
    bind      = "./site"
    read_only = true
  }
}
