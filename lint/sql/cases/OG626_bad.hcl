system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  env   = { PGUSER = "postgres", PGHOST = service.db.host }
}

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
      type = "integer"
    }
  }
  role "web" {}
}
