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
  extension "vector" {}
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
    column "embedding" {
      type = "halfvec(3072)"
    }
    index "nearest" {
      using = "hnsw"
      on    = ["embedding halfvec_cosine_ops"]
    }
  }
}
