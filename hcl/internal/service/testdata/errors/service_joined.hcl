system "x" {}

image "i" {
  pull = "example/unknown:1"
}

network "n" {}

service "vpn" {
  image    = image.i
  networks = [network.n]
}

service "a" {
  image        = image.i
  network_mode = "service:vpn"
  hostname     = "a" # ERROR OG152: refuses hostname
  networks     = [network.n] # ERROR OG152: refuses networks
  port "h" {
    container = 80
    host      = 8080 # ERROR OG152: service.a has the network of service.vpn, and the engine refuses published ports there. Publish the port there: port "h" { container = 80, host = … } in service.vpn
  }
  port "inside" {
    container = 81
  }
}

service "b" {
  image    = image.i
  replicas = 2
  compose  = { network_mode = "container:other" }
  port "h" {
    container = 80
    host      = 8180 + replica.index # ERROR OG152: the container other
  }
}

service "dual" {
  image = image.i
  port "v4" {
    container = 80
    host      = 90 # ERROR OG112: port "again"
    bind      = "0.0.0.0"
  }
  port "v6" {
    container = 80
    host      = 90 # ERROR OG112: port "local6"
    bind      = "::"
  }
  port "again" {
    container = 80
    host      = 90
    bind      = "10.0.0.1"
  }
  port "local6" {
    container = 80
    host      = 90
    bind      = "::1"
  }
}
