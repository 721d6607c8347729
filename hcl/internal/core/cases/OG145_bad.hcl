system "shop" {}

parameter "compose_file" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  env   = { TZ = parameter.compose_file }
}
