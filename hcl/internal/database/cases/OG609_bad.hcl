system "shop" {}

image "postgres" {
  pull = "postgres:17"
}

secret "password" {}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

database "shop" {
  service = service.db
  table "item" {
    column "id" {
      type = "integer"
    }
    destroy = ["legacy"]
  }
}
