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
      type = "bigint"
    }
    column "name" {
      type = "text"
    }
    column "sold" {
      type = "timestamptz"
    }
    check "known" {
      expr = "id BETWEEN 9 AND 1"
    }
  }
}
