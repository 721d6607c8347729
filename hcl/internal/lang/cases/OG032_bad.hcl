system "shop" {}

variable "key" {
  default   = "abc"
  sensitive = true
}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  env   = { GREETING = var.key }
}
