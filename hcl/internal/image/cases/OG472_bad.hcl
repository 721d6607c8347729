system "shop" {}

image "app" {
  pull = "Example/App:1"
}

service "web" {
  image = image.app
}
