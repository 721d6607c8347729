system "shop" {}

secret "password" {}

image "app" {
  pull = "mysql:8.4"
}

service "app" {
  image      = image.app
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 3307
  }
}
