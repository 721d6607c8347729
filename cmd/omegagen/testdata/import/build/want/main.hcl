system "build" {
  defaults {
    bind = "0.0.0.0"
  }
}

variable "version" {
  type    = string
  default = "dev"
}

image "api" {
  tag        = "registry.example.org/api:${var.version}"
  context    = "../api"
  dockerfile = "../api/docker/Dockerfile"
  build_args = { NODE_ENV = "production", VERSION = var.version }
  target     = "prod"
  cache_from = ["registry.example.org/api:cache"]
}

image "front" {
  tag        = "build-front"
  context    = "../front"
  dockerfile = "../front/Dockerfile"
}

service "api" {
  image = image.api
  develop = {
    watch = [{
      action = "sync"
      exec   = { command = null }
      path   = "../api/src"
      target = "/app/src"
    }]
  }

  port "http" {
    container = 3000
    host      = 3000
  }
}

service "front" {
  image = image.front

  port "http" {
    container = 80
    host      = 8080
  }
}

service "worker" {
  image   = image.api
  command = ["node", "worker.js"]
}
