system "shop" {}

image "app" {
  pull = "example/app:1"
}

network "back" {}

service "web" {
  image = image.app
  network "back" {
    ipv4_address = "172.28.0.5"
  }
}
