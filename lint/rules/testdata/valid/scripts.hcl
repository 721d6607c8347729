# Scripts that the rules must not report.
system "good" {}

secret "password" {}

network "inner" {}

volume "data" {}

image "web" {
  tag = "web:1.0"
  stage "runtime" {
    from = "debian:bookworm-slim"
    packages {
      apt = ["curl", "iputils-ping"]
    }
    user {
      name = "10001"
    }
    entrypoint {
      command = ["/web"]
    }
  }
}

image "pgvector" {
  pull = "pgvector/pgvector:0.8.0-pg17"
}

service "web" {
  image      = image.web
  networks   = [network.inner]
  secret_env = { PASSWORD_FILE = secret.password }
  env = {
    PEERS    = "database:5432,web:8080"
    ELSE     = "https://api.example.org:8443/v1"
    LISTEN   = "0.0.0.0:8080"
    SELF     = "http://localhost:9999"
    TIME     = "12:30:45"
    TEMPLATE = "<b>bold</b>"
  }
  port "http" {
    container = 8080
    host      = 8080
  }
  mount "/data" {
    volume = volume.data
  }
  healthcheck {
    http {
      port = "http"
      path = "/health"
    }
  }
  resources {
    memory = "64MB"
  }
}

service "database" {
  image      = image.pgvector
  networks   = [network.inner]
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5432
  }
  healthcheck {
    sql {}
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
    column "made" {
      type    = "timestamptz"
      null    = false
      default = "now()"
    }
    column "embedding" {
      type = "vector(3)"
    }
    primary_key = ["id"]
    index "items_embedding_idx" {
      using = "hnsw"
      on    = ["embedding vector_cosine_ops"]
    }
  }
}

state "built" {
  type    = bool
  initial = false
}

state "count" {
  type = number
}

goal "all" {
  condition = state.built && state.count == 3
  include   = action.*
}

locals {
  web  = service.web.instances[0].container_name
  psql = "docker exec -i ${service.database.instances[0].container_name} psql -U postgres"
}

action "validations" {
  tools    = ["jq", "curl"]
  run      = "touch out.txt"
  validate = <<-EOT
    body=$(curl -fsS http://127.0.0.1:8080/info)
    version=$(printf '%s' "$body" | jq -er .version)
    other=$(printf '%s' "$body" | jq -r .other)
    test -n "$other"
    test "$version" = "$other"
    status=$(curl -sS -o /dev/null -w '%%{http_code}' http://127.0.0.1:8080/)
    test "$status" = 200
    printf '%s' "$body" | jq -e '.ok' > /dev/null
  EOT
}

action "waiting" {
  tools = ["curl"]
  run   = <<-EOT
    tries=0
    until curl -fsS http://127.0.0.1:8080/health; do
      tries=$((tries + 1))
      test "$tries" -lt 30
      sleep 1
    done
    for i in 1 2 3; do
      sleep 1
    done
    docker rm -f helper || true
    docker run -d --name helper ${image.web.tag}
    docker logs ${local.web} | grep -c error || test $? = 1
  EOT
}

action "finished" {
  timeout = "5m"
  run     = <<-EOT
    until docker exec ${local.web} curl -fsS http://127.0.0.1:8080/; do
      sleep 1
    done
    docker exec ${local.web} ping -c 1 database
    docker exec ${local.web} sh -c 'curl -s localhost; custom-tool'
  EOT
}

action "names" {
  tools = ["curl"]
  run   = <<-EOT
    helper() { seq 1 3 | sort; }
    helper
    if command -v protoc; then protoc --version; fi
    docker build -t ${image.web.tag} ${image.web.context}
    docker tag ${image.web.tag} registry.example.org/web:1.0
    docker image inspect registry.example.org/web:1.0 > /dev/null
    docker network inspect ${network.inner.real_name} > /dev/null
    docker volume inspect ${volume.data.real_name} > /dev/null
    docker network inspect bridge > /dev/null
    docker compose logs --tail 5 ${service.web.instances[0].name}
    docker compose up -d --no-deps ${service.web.instances[0].name}
    docker image prune --force --filter label=vendor=good
    curl -fsSG --data-urlencode 'query=up{job="web"}' http://127.0.0.1:8080/api
    kill "$(cat server.pid)"
    docker kill -s HUP ${local.web}
  EOT
  uses  = { web = 1 }
}

resource "web" {
  capacity = 1
}

action "secrets" {
  tools = ["curl"]
  run   = <<-EOT
    printf 'user = "admin:%s"\n' ${secret.password} | curl -fsS -K - http://127.0.0.1:8080/
    test -n ${secret.password}
    test "$${#PASSWORD}" -eq 24
  EOT
}

action "build" {
  tools   = ["rustup"]
  effects = { built = true }
  run     = <<-EOT
    cargo +1.75 build --locked > build.log 2>&1
    cargo tree | grep serde
    test "$(cargo --version | cut -d ' ' -f 2)" != ""
  EOT
}

action "idioms" {
  shell    = "bash"
  tools    = ["go", "curl"]
  run      = <<-EOT
    grep -q x list || echo x >> list
    go list ./... | grep -v internal
    count=$(grep -c x list || echo 0)
    . ./lib.sh
    from_lib "$count"
    wait_a_moment() { sleep 1; }
    docker stop ${local.web} && docker start ${local.web}
    docker cp list ${local.web}:/root/list
    [[ $count -gt 0 ]]
  EOT
  validate = <<-EOT
    test "$(curl -s http://127.0.0.1:8080/ping)" = pong
    if curl -s http://127.0.0.1:8080/ > page; then grep -q ok page; fi
  EOT
}

action "clean" {
  tools   = ["cargo"]
  effects = { built = false }
  run     = "cargo clean"
}

action "counted" {
  effects = { count = 3 }
  run     = "docker ps --quiet | wc -l"
  measure "count" {
    from = "output"
  }
}

action "sql" {
  run = <<-EOT
    ${local.psql} -c "SELECT extract(epoch FROM made), count(*) FROM items, generate_series(1, 3) AS i WHERE id IS DISTINCT FROM 'x' GROUP BY 1"
    ${local.psql} <<'SQL'
    BEGIN;
    WITH old AS (SELECT id FROM items) SELECT id FROM old;
    INSERT INTO items (id) VALUES ('FROM nowhere');
    SELECT id FROM public.items ORDER BY embedding <=> '[1,2,3]';
    SELECT relname FROM pg_class;
    SELECT table_name FROM information_schema.tables;
    ROLLBACK;
    SQL
    ${local.psql} -c "INSERT INTO items (id) VALUES ('a') ON CONFLICT (id) DO UPDATE SET made = now()"
    ${local.psql} < init-db.sql
    ${local.psql} -c "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t"
    ${local.psql} -c "COPY items FROM STDIN" < rows.txt
  EOT
}

benchmark "memory" {
  target  = "< 512MB"
  timeout = "1m"
  run     = "docker stats --no-stream --format '{{.MemUsage}}' ${local.web}"
}

criterion "output" {
  command {
    run    = "docker compose ps --quiet | wc -l"
    equals = "2"
  }
}
