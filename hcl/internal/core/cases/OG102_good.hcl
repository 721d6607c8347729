system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image      = image.app
  secret_env = { TOKEN_FILE = secret.token }
}

secret "token" {
  from   = "generated"
  length = 24
}
