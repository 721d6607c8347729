system "shop" {}

image "app" {
  pull = "postgres:17.5"
}

service "app" {
  image = image.app
}
