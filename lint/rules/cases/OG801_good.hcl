system "shop" {}

secret "token" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image      = image.app
  secret_env = { TOKEN_FILE = secret.token }
}
