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
  function "touch" {
    returns  = "trigger"
    language = "plpgsql"
    body     = "BEGIN NEW.sold := now(); RETURN NEW; END"
  }
  trigger "touch" {
    on       = database.shop.table.item
    timing   = "before"
    events   = ["update"]
    per      = "row"
    function = database.shop.function.touch
  }
}
