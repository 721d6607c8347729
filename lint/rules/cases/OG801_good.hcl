system "shop" {}

secret "token" { from = "generated" }

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image      = image.app
  secret_env = { TOKEN_FILE = secret.token }
}
