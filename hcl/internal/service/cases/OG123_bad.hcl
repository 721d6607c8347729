system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "a" {
  image      = image.app
  depends_on = [service.b]
}

service "b" {
  image      = image.app
  depends_on = [service.a]
}
