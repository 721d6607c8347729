system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image = image.app
  mem_limit = 512m
}
