system "shop" {}

variable "cert" {
  type    = string
  default = "/certs/shop.pem"
}

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image = image.app
  env   = { CERT = var.cert }
}
