system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image   = image.app
  compose = { stop_signal = "SIGQUIT" }
}
