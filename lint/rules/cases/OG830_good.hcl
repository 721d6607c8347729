system "shop" {}

secret "password" {}

image "app" {
  pull = "postgres:17.5"
}

service "app" {
  image      = image.app
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  healthcheck {
    command = ["pg_isready", "-h", "127.0.0.1"]
  }
}
