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
    primary_key = ["id"]
    column "id" {
      type = "integer"
    }
    column "name" {
      type   = "text"
      unique = true
    }
  }
  seed "first" {
    table    = database.shop.table.item
    rows     = [{ id = 1, name = "a" }, { id = 2, name = "b" }]
    conflict = ["name"]
    update   = true
  }
}
