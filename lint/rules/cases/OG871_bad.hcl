system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  env   = { TZ = "$${TIMEZONE}" }
}
