system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image    = image.app
  networks = [network.front]
}

network "front" {
  external = true
  name     = "proxy"
}
