system "shop" {}

parameter "replicas" {
  type = number
}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image    = image.app
  replicas = parameter.replicas
}
