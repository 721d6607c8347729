system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "db" {
  image = image.app
}

service "web" {
  image      = image.app
  depends_on = { db = "healthy" }
}
