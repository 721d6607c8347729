system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  port "metrics" {
    container = 9100
    protocol  = "udp"
  }
  scrape "metrics" {}
}
