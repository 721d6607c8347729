# A database with a nightly dump to the host.
system "ledger" {}

secret "password" {
  length = 24
}

volume "data" {}

image "postgres" {
  pull = "postgres:17.2-bookworm"
}

service "db" {
  image      = image.postgres
  restart    = "unless-stopped"
  env        = { POSTGRES_DB = database.ledger.name, POSTGRES_USER = database.ledger.user }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5432
    host      = 5432
  }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
  mount "/docker-entrypoint-initdb.d/schema.sql" {
    file = database.ledger
  }
}

database "ledger" {
  service = service.db
  user    = "ledger"

  table "accounts" {
    column "id" {
      type = "bigint"
      null = false
    }
    column "owner" {
      type = "text"
      null = false
    }
    primary_key = ["id"]
    index "accounts_owner" {
      on = ["owner"]
    }
  }

  table "entries" {
    column "id" {
      type    = "uuid"
      null    = false
      default = "gen_random_uuid()"
    }
    column "account" {
      type = "bigint"
      null = false
    }
    column "amount" {
      type = "numeric(14,2)"
      null = false
    }
    column "booked" {
      type    = "timestamptz"
      null    = false
      default = "now()"
    }
    primary_key = ["id"]
    foreign_key {
      columns    = ["account"]
      references = database.ledger.table.accounts.column.id
    }
    check "entries_amount" {
      expr = "amount <> 0"
    }
  }

  view "balances" {
    query = <<-SQL
      SELECT account, sum(amount) AS balance, max(booked) AS last
      FROM entries
      GROUP BY account
    SQL
  }
}

state "dumped" {
  type    = bool
  initial = false
}

action "dump" {
  title        = "Dump the database to the folder backups"
  precondition = database.ledger.applied
  effects      = { dumped = true }
  timeout      = "30m"
  run          = <<-EOT
    mkdir -p backups
    docker compose exec -T ${service.db.name} pg_dump -U ${database.ledger.user} -Fc ${database.ledger.name} > backups/ledger.dump.new
    mv backups/ledger.dump.new backups/ledger.dump
  EOT
  validate     = "test -s backups/ledger.dump"
}

goal "serving" {
  default   = true
  condition = database.ledger.applied
}

goal "backup" {
  condition = state.dumped
}
