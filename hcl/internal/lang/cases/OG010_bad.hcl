system "shop" {}

servise "web" {
  image = image.app
}

image "app" {
  pull = "example/app:1"
}
