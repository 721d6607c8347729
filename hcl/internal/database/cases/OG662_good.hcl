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

secret "reader" {}

secret "reader_user" {}

database "shop" {
  service = service.db
  role "reader" {
    user     = secret.reader_user
    password = secret.reader
  }
}

image "report" {
  pull = "example.com/report:1"
}

service "report" {
  image = image.report
  secret_env = {
    DB_PASSWORD_FILE = secret.reader
    DB_USER_FILE     = secret.reader_user
  }
}
