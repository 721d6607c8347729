system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image      = image.app
  secret_env = { STRIPE_KEY_FILE = secret.stripe_key }
}

secret "stripe_key" {}
