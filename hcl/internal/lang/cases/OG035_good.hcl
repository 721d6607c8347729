system "shop" {}

variable "replicas" {
  type    = number
  default = 2
}

parameter "timezone" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image    = image.app
  replicas = var.replicas
  env      = { TZ = parameter.timezone }
}
