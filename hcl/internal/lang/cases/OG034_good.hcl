system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
}

service "client" {
  image = image.app
  env   = { SERVER = "http://${service.web.host}" }
}
