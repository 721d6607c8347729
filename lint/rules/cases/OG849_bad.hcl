system "shop" {}

secret "password" {}

image "app" {
  pull = "postgres:17.5"
}

service "app" {
  image   = image.app
  exposed = true
  reason  = "for testing"
  env     = { POSTGRES_PASSWORD = secret.password }
}
