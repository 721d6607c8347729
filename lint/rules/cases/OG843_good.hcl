system "shop" {}

image "app" {
  pull = "nginx:1.27"
}

service "app" {
  image   = image.app
  restart = "unless-stopped"
}
