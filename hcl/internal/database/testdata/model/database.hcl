# Every attribute of what a database declares, none at its default.
system "s" {}
secret "pw" {}
secret "login" {}
image "i" {
  pull = "postgres:17.5"
}
service "db" {
  image = image.i
  env   = { POSTGRES_HOST_AUTH_METHOD = "trust" }
}
database "other" {
  service = service.db
  table "only" {
    column "id" {
      type = "int"
    }
  }
}
database "main" {
  service  = service.db
  name     = "app"
  user     = "owner"
  port     = 5433
  cost     = 3
  duration = "4s"
  schema "s" {}
  extension "vector" {
    schema  = database.main.schema.s
    version = "0.8.0"
  }
  type "mood" {
    schema = database.main.schema.s
    values = ["sad", "good"]
  }
  table "t" {
    schema      = database.main.schema.s
    comment     = "rows"
    primary_key = ["id", "name"]
    unique      = [["name"], ["id", "size"]]
    column "id" {
      type     = "bigint"
      null     = false
      identity = "by default"
    }
    column "name" {
      type    = "text"
      null    = false
      default = "'x'"
      unique  = true
      comment = "a name"
    }
    column "size" {
      type    = "int"
      default = 4
    }
    column "twice" {
      type      = "int"
      generated = "size * 2"
    }
    check "positive" {
      expr = "size > 0"
    }
    index "by_size" {
      on      = ["size DESC", "(lower(name))"]
      using   = "btree"
      unique  = true
      include = ["id"]
      with    = { fillfactor = "70" }
      where   = "size < 100"
    }
  }
  table "u" {
    column "a" {
      type = "bigint"
    }
    column "b" {
      type = "text"
    }
    foreign_key {
      columns    = ["a", "b"]
      references = database.main.table.t
      on_delete  = "cascade"
    }
    foreign_key {
      name       = "named"
      columns    = ["b", "a"]
      references = [database.main.table.t.column.name, database.main.table.t.column.id]
      on_update  = "set null"
    }
  }
  function "f" {
    schema      = database.main.schema.s
    returns     = "int"
    language    = "sql"
    volatility  = "immutable"
    strict      = true
    security    = "definer"
    search_path = ["s", "public"]
    body        = "SELECT a + 1"
    comment     = "adds"
    arg "a" {
      type = "int"
    }
    arg "b" {
      type    = "text"
      default = "'y'"
    }
  }
  function "changed" {
    returns = "trigger"
    body    = "BEGIN RETURN NEW; END"
  }
  trigger "g" {
    on       = database.main.table.t
    timing   = "before"
    events   = ["update", "insert"]
    columns  = ["size"]
    per      = "statement"
    function = database.main.function.changed
  }
  trigger "outside" {
    on            = database.main.view.v
    timing        = "instead of"
    events        = ["delete"]
    condition     = "true"
    function_name = "elsewhere"
  }
  view "v" {
    schema  = database.main.schema.s
    query   = "SELECT id FROM s.t"
    comment = "ids"
  }
  view "w" {
    query        = "SELECT id FROM s.v"
    materialized = true
    depends_on   = [database.main.view.v]
  }
  role "app" {
    password    = secret.pw
    user        = secret.login
    inherit     = false
    member_of   = [database.main.role.group, "pg_monitor"]
    create_db   = true
    create_role = true
    superuser   = true
    replication = true
  }
  role "group" {
    login = false
  }
  grant "tables" {
    privileges        = ["update", "select", "select"]
    on                = [database.main.table.t, database.main.view.v]
    to                = [database.main.role.app, "public"]
    with_grant_option = true
  }
  grant "all" {
    privileges = ["all", "select"]
    all        = "tables"
    schema     = database.main.schema.s
    to         = database.main.role.group
  }
  grant "functions" {
    privileges = ["execute"]
    on         = [database.main.function.f]
    to         = ["public"]
  }
  grant "whole" {
    privileges = ["connect"]
    on         = [database.main]
    to         = ["public"]
  }
  seed "rows" {
    table    = database.main.table.t
    rows     = [{ id = 1, name = "a", size = 2 }, { name = "b" }]
    conflict = ["id", "name"]
    update   = true
  }
  query "q" {
    sql     = "SELECT name FROM s.t WHERE id = $1"
    params  = ["bigint"]
    service = service.db
  }
  sql "w" {
    sql         = "VACUUM s.t"
    transaction = false
  }
  sql "x" {
    sql   = "ANALYZE s.t"
    after = "tables"
  }
}
