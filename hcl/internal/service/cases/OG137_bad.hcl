system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "old" {
  image = image.app
}

service "web" {
  image        = image.app
  renamed_from = service.old
}
