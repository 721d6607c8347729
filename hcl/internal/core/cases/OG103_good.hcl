system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image      = image.app
  secret_env = { A_FILE = secret.api-key, B_FILE = secret.other_key }
}

secret "api-key" { from = "generated" }

secret "other_key" { from = "generated" }
