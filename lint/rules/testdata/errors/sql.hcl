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
    INSERT INTO items (id, embedding) VALUES ('test-1', '[1,2,3]'); -- # WARNING OG822: without title, which is NOT NULL # WARNING OG836: already exist on the second run
    SQL
  EOT
}

action "syntax" {
  run = <<-EOT
    ${local.psql} -v n=3 <<'SQL'
    \set limit 10
    SELECT id, :'who', :n::int FROM items LIMIT :limit \gset
    BEGIN; ROLLBACK;
    INSERT INTO items (id, title) SELECT 'a', 'b' FROM generate_series(1, :n)
    ON CONFLCT DO NOTHING; -- # ERROR OG883: Did you mean "CONFLICT"?
    SQL
    printf '%s\n' "SELECT tite FROM items WHERE id = '$id' AND title COLLATE \"C\" = \"title\"" | ${local.psql} # WARNING OG822: tite
    printf 'SELECT id FROM items;\nSELECT 1 FORM items;\n' | ${local.psql} # ERROR OG883: Did you mean "FROM"?
    for table in items; do printf 'ANALYZE %s;\n' "$table"; done | ${local.psql}
    printf '%s\n' "SELECT $columns FROM $table $rest" | ${local.psql}
  EOT
  env = { id = "x", columns = "id", table = "items", rest = "" }
}

action "distances" {
  run = "${local.psql} -c \"SELECT id FROM items ORDER BY embedding <-> '[1,2,3]' LIMIT 1\"" # WARNING OG822: no index supports the distance <->
}

action "indexes" {
  run = "echo 'REINDEX INDEX content_embeddings_hnsw_idx' | ${local.psql}" # WARNING OG822: names the index
}

action "meta" {
  run = "${local.psql} -c '\\timing on; SELECT 1'" # WARNING OG822: one meta-command
}

action "functions" {
  run = "${local.psql} -c 'SELECT coutn(*) FROM items'" # WARNING OG822: calls the function coutn
}

action "types" {
  run = "${local.psql} -c 'SELECT title + 1 FROM items'" # WARNING OG822: text + integer
}

action "updates" {
  run = "${local.psql} -c \"UPDATE items SET titel = 'a'\"" # WARNING OG822: the column "titel"
}

action "omissions" {
  run = "echo \"INSERT INTO items (id) VALUES ('a') ON CONFLICT DO NOTHING\" | ${local.psql}" # WARNING OG822: without title
}

action "fine" {
  run = <<-EOT
    ${local.psql} <<'SQL'
    CREATE TEMP TABLE found AS SELECT id FROM items WHERE title LIKE 'a%';
    SELECT count(*) FROM found JOIN items USING (id);
    SQL
    n=$(${local.psql} -c "SELECT state, count(*) FROM pg_stat_activity GROUP BY state")
    test -n "$n"
  EOT
}
