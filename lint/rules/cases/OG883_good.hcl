system "shop" {}

secret "password" {}

image "postgres" {
  pull = "postgres:17.5"
}

service "database" {
  image      = image.postgres
  env        = { POSTGRES_DB = "app" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

database "app" {
  service = service.database
  table "items" {
    column "id" {
      type = "text"
      null = false
    }
    primary_key = ["id"]
  }
}

action "do" {
  run = "docker exec ${service.database.instances[0].container_name} psql -U postgres -c 'SELECT count(*) FROM items'"
}

goal "done" {
  include = [action.do]
}
