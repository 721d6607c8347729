system "shop" {}

image "app" {
  pull       = "example/app:1"
  dockerfile = "Dockerfile"
}

service "web" {
  image = image.app
}
