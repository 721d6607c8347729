system "shop" {}

image "app" {
  pull = "example/app:1"
}

secret "token" { from = "generated" }

service "web" {
  image      = image.app
  command    = ["--token", secret.token]
  secret_env = { TOKEN_FILE = secret.token }
}
