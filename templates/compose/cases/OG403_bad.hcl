system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "db" {
  image    = image.app
  profiles = ["dev"]
}

service "web" {
  image      = image.app
  depends_on = [service.db]
}
