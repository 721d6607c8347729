system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image      = image.app
  secret_env = { PATH_FILE = secret.path }
}

secret "path" { from = "generated" }
