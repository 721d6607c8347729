system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image      = image.app
  secret_env = { A_FILE = secret.api-key, B_FILE = secret.api_key }
}

secret "api-key" { from = "generated" }

secret "api_key" { from = "generated" }
