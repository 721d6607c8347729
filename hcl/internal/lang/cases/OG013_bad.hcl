system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" "blue" {
  image = image.app
}
