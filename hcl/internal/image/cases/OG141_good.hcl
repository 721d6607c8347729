system "shop" {}

image "app" {
  pull = "registry.example.org/db:9"
  runtime {
    like = "postgres:17"
  }
}

service "db" {
  image      = image.app
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

secret "password" {}
