# Names, networks, ports and mounts of services that contradict each other.

system "reach" {}

network "front" {}
network "back" {}

image "app" {
  pull = "example.org/app:1"
  runtime { user = "1000" }
}
image "other" {
  pull = "quay.io/prometheus/prometheus:v3.5.0"
}

locals {
  addresses = { api = "http://${service.store.host}:${service.store.port.http.container}/v1" }
}

service "store" {
  image    = image.app
  networks = [network.back]
  replicas = 2
  port "http" {
    container = 8000
  }
}

service "cache" {
  image    = image.app
  networks = [network.back, network.front]
  port "tcp" {
    container = 6379
  }
}

service "shop" {
  image    = image.app
  networks = [network.front]
  env = {
    STORE_URL  = local.addresses.api
    STORE_HOST = "store" # ERROR OG863: STORE_HOST of service.shop is an address of service.store, but the two share no network
    CACHE_URL  = "redis://${service.cache.host}:6379"
    MODE       = "store" # a word, not an address
  }
}

service "default" {
  image = image.app
  env   = { BACKEND_ADDR = service.store.instances[0].name } # ERROR OG863: service.default is in the default network
}

service "twin" { # ERROR OG862: The container_name of service.twin is "cache"
  image          = image.app
  networks       = [network.front]
  container_name = "cache"
}

service "twins" {
  image    = image.app
  networks = [network.back]
  hostname = "store-2" # ERROR OG862: The hostname of service.twins is "store-2", which is also the name of service.store
}

service "ports" {
  image    = image.app
  networks = [network.front]
  env = {
    APP_WEB_PORT   = 3000
    APP_ADMIN_PORT = "3000" # ERROR OG864: APP_WEB_PORT and APP_ADMIN_PORT of service.ports are both port 3000
  }
  port "web" {
    container = 3000
  }
  port "admin" {
    container = 3001
  }
}

service "sidecar" {
  image        = image.app
  network_mode = "service:ports"
  port "again" { # ERROR OG864: is 3000/tcp, which is also port "third" of service.second
    container = 3000
  }
}

service "second" {
  image        = image.app
  network_mode = "service:ports"
  port "third" {
    container = 3000
  }
}

service "agent" {
  image = image.app
  mount "/host" { # WARNING OG865: mounts the host's root folder
    bind      = "/"
    read_only = true
  }
  mount "/docker.sock" { # WARNING OG865: mounts the engine's socket
    bind = "/run/docker.sock"
  }
}

service "metrics" {
  image = image.other
  port "http" {
    container = 3000
  }
}

grafana { # ERROR OG861: runs prometheus
  service = service.metrics
}
