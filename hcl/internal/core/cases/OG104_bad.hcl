system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image    = image.app
  networks = [network.front, network.back]
}

network "front" {
  name = "shop-net"
}

network "back" {
  name = "shop-net"
}
