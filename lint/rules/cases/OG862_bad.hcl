system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "api" {
  image = image.app
}

service "worker" {
  image    = image.app
  hostname = "api"
}
