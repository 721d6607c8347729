# A condition chooses between blocks, whose attributes differ.

system "shop" {}

variable "local_build" {
  type    = bool
  default = false
}

image "released" {
  pull = "registry.example.org/app:1.0"
}

image "built" {
  tag     = "app:dev"
  context = "."

  stage "app" {
    from = "debian:13.1-slim"

    user {
      name = "1000"
    }
  }
}

locals {
  image = var.local_build ? image.built : image.released
  other = (var.local_build ? image.released : (var.local_build ? image.released : image.built))
}

service "app" {
  image = local.image
}

service "other" {
  image = var.local_build ? image.released : image.built
}

service "third" {
  image = local.other
}
