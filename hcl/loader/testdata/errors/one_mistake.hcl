# One mistake in a service with replicas is one error: neither its ports nor the number of its instances is
# another one.

system "shop" {}

image "web" {
  pull = "nginxinc/nginx-unprivileged:1.27.3-alpine"
}

service "web" {
  image    = image.web
  replicas = 2
  env      = { A = local.nope } # ERROR OG021: doesn't define the local "nope"

  port "http" {
    container = 8080
    host      = 8080 + replica.index
  }
}

criterion "up" {
  title = "It is up"

  http {
    service = service.web
    port    = "http"
  }
}

variable "n" { # ERROR OG042: At most two.
  type    = number
  default = 3

  validation {
    condition     = var.n < 3
    error_message = "At most two."
  }
}

service "worker" {
  image    = image.web
  replicas = var.n
}

criterion "third" {
  title = "The third one runs"

  command {
    run    = "docker exec ${service.worker.instances[2].container_name} true"
    status = 0
  }
}
