system "shop" {}

image "app" {
  pull   = "example/app:1"
  ignore = ["*.md"]
}

service "web" {
  image = image.app
}
