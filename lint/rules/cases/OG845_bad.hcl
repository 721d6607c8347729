system "shop" {}

secret "password" {}

image "app" {
  pull = "rabbitmq:4.1-management"
}

service "app" {
  image      = image.app
  secret_env = { RABBITMQ_DEFAULT_PASS_FILE = secret.password }
}
