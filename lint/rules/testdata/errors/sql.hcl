system "sql" {}

secret "password" {}

image "postgres" {
  pull = "pgvector/pgvector:0.8.0-pg17"
}

service "database" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  healthcheck { # WARNING OG804: over its Unix socket
    command = ["pg_isready", "-U", "postgres"]
  }
}

database "app" {
  service = service.database
  extension "vector" {}
  table "items" {
    column "id" {
      type = "text"
      null = false
    }
    column "title" {
      type = "text"
      null = false
    }
    column "embedding" {
      type = "vector(3)"
      null = false
    }
    primary_key = ["id"]
    index "items_embedding_idx" {
      using = "hnsw"
      on    = ["embedding vector_cosine_ops"]
    }
  }
}

goal "all" {
  include = action.*
}

locals {
  psql = "docker exec -i ${service.database.instances[0].container_name} psql -U postgres"
}

action "tables" {
  run = "${local.psql} -c 'SELECT count(*) FROM user_patterns'" # WARNING OG822: "user_patterns"
}

action "columns" {
  run = <<-EOT
    ${local.psql} <<'SQL'
    INSERT INTO items (id, embedding) VALUES ('test-1', '[1,2,3]'); # WARNING OG822: omits title # WARNING OG836: already exist on the second run
    SQL
  EOT
}

action "distances" {
  run = "${local.psql} -c \"SELECT id FROM items ORDER BY embedding <-> '[1,2,3]' LIMIT 1\"" # WARNING OG822: no index supports the distance <->
}

action "indexes" {
  run = "echo 'REINDEX INDEX content_embeddings_hnsw_idx' | ${local.psql}" # WARNING OG822: no table has the index
}

action "meta" {
  run = "${local.psql} -c '\\timing on; SELECT 1'" # WARNING OG822: one meta-command
}
