system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image   = image.app
  command = "serve --greeting 'a > b' --port 80"
}
