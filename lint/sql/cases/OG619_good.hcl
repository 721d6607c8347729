system "shop" {}

image "postgres" {
  pull = "pgvector/pgvector:0.8.0-pg17"
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
    column "place" {
      type = "text"
    }
  }
}
