system "shop" {}

secret "password" {}

image "app" {
  pull = "postgres:17.5"
}

service "app" {
  image      = image.app
  env        = { POSTGRES_DB = "app", PGPORT = 5433 }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5433
  }
}

database "app" {
  service = service.app
  port    = service.app.port.sql.container
}
