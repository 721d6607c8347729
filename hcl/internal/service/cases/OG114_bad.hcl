system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web-1" {
  image = image.app
}

service "web" {
  image    = image.app
  replicas = 2
}
