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
  }
  sql "parts" {
    sql = "DO $$ BEGIN EXECUTE format('CREATE TABLE IF NOT EXISTS item_%s ()', current_user); END $$"
  }
  view "v" {
    query = "SELECT id FROM itemm"
  }
}
