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
    column "place" {
      type = "vector(3)"
    }
    index "item_place" {
      on    = ["place vector_l2_ops"]
      using = "hnsw"
    }
  }
  query "near" {
    sql    = "SELECT place FROM item ORDER BY place <-> $1 LIMIT 5"
    params = ["vector"]
  }
}
