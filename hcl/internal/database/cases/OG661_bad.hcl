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

secret "reader_user" {}

database "shop" {
  service = service.db
  role "reader" {
    user = secret.reader_user
  }
}
