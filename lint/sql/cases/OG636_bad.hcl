system "shop" {}

image "postgres" {
  pull = "postgres:17"
}

secret "password" {}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "store" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

database "shop" {
  service = service.db
}
