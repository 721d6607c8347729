system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  harden {
    cap_add = ["NET_RAW"]
    reason  = "it sends pings"
  }
}
