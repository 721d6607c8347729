system "initdb" {}

secret "db" {
  from = "env"
  env  = "DB_PASSWORD"
}

volume "data" {}

volume "events" {}

image "pgvector" {
  pull = "pgvector/pgvector:pg17"
}

image "timescaledb" {
  pull = "timescale/timescaledb:2.17.2-pg17"
}

service "db" {
  image      = image.pgvector
  env        = { POSTGRES_DB = "shop", POSTGRES_USER = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db }

  mount "/docker-entrypoint-initdb.d" {
    bind      = "./initdb"
    read_only = true
  }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
}

service "events" {
  image      = image.timescaledb
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db }

  mount "/docker-entrypoint-initdb.d/events.sql" {
    bind      = "./events.sql"
    read_only = true
  }
  mount "/var/lib/postgresql/data" {
    volume = volume.events
  }
}
