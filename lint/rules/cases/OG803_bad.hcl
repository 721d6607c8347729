system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image = image.app
  env   = { API_TOKEN = "8c1f" }
}
