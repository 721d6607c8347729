system "shop" {}

secret "password" {}

image "app" {
  pull = "grafana/grafana:11.6.0"
}

service "app" {
  image      = image.app
  secret_env = { GF_SECURITY_ADMIN_PASSWORD_FILE = secret.password }
}
