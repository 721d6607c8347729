system "shop" {}

image "app" {
  pull = "example/app:latest"
}

service "web" {
  image = image.app
}
