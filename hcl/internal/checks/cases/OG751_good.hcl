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
  }
}

criterion "items" {
  sql {
    database = database.shop
    query    = "SELECT count(*) FROM item"
    min      = 1
  }
}
