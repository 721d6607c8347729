system "shop" {}

secret "token" { from = "generated" }

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image      = image.app
  secret_env = { API_TOKEN_FILE = secret.token }
}

parameter "cache_password" { sensitive = true }

service "cache" {
  image   = image.app
  command = ["serve", "--requirepass", parameter.cache_password]
}
