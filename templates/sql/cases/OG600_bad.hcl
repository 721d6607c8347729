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
  table "a_name_that_is_longer_than_the_sixty_three_bytes_that_postgresql_keeps" {
    column "id" {
      type = "integer"
    }
  }
}
