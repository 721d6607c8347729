system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "vpn" {
  image = image.app
}

service "web" {
  image        = image.app
  network_mode = "service:vpn"
  port "http" {
    container = 80
    host      = 8080
  }
}
