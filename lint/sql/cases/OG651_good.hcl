system "shop" {}

image "postgres" {
  pull = "postgres:17"
}
image "app" {
  pull = "registry.example.org/app:1.0"
}

secret "password" {}
secret "app" {}
secret "report" {}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

service "app" {
  image      = image.app
  env        = { PGHOST = "db", PGUSER = database.shop.role.app.name }
  secret_env = { PASSWORD_FILE = secret.app }
}

database "shop" {
  service = service.db
  table "item" {
    column "id" {
      type = "integer"
    }
  }
  role "app" {
    password = secret.app
  }
  role "report" {
    password = secret.report
  }
  grant "use" {
    privileges = ["insert"]
    on         = [database.shop.table.item]
    to         = [database.shop.role.app]
  }
  query "add" {
    service = service.app
    sql     = "INSERT INTO item (id) VALUES (1)"
  }
}
