system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web server" {
  image = image.app
}
