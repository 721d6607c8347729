system "shop" {}

image "app" {
  pull = "lscr.io/linuxserver/sonarr:4.0.0"
}

service "app" {
  image = image.app
  init  = true
}
