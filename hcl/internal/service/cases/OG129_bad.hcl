system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  user  = "1000"
  harden {
    user = "1001"
  }
}
