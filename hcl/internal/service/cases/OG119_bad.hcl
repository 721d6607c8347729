system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  harden {
    read_only = false
    non_root  = false
  }
}
