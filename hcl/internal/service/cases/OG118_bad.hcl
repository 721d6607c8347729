system "shop" {}

image "app" {
  pull = "example/app:1"
}

secret "token" { from = "generated" }

service "web" {
  image = image.app
  env   = { TOKEN = secret.token }
}
