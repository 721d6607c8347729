system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image   = image.app
  command = "echo hello > /tmp/out && cat /tmp/out"
}
