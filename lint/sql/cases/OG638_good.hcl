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
  schema "private" {}
  table "item" {
    schema = database.shop.schema.private
    column "id" {
      type = "integer"
    }
  }
  role "reader" {}
  grant "read" {
    privileges = ["select"]
    on         = [database.shop.table.item]
    to         = [database.shop.role.reader]
  }
  grant "use" {
    privileges = ["usage"]
    on         = [database.shop.schema.private]
    to         = [database.shop.role.reader]
  }
}
