system "shop" {}

secret "password" {}

image "app" {
  pull = "example.org/app:1.0"
}

image "postgres" {
  pull = "postgres:17.2"
}

volume "data" {}

service "app" {
  image      = image.app
  depends_on = [service.database]
  env        = { DATABASE_URL = "postgres://app@${service.database.host}:${service.database.port.sql.container}/shop?sslmode=require" }
}

service "database" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5432
  }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
  healthcheck {
    sql {}
  }
}
