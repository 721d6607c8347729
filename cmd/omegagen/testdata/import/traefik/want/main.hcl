system "traefik" {
  defaults {
    bind = "0.0.0.0"
  }
}

parameter "domain" {
  default = "example.org"
}

network "default" {}

network "proxy" {
  name = "proxy"
  ipam = {
    config = [{ gateway = "172.30.0.1", subnet = "172.30.0.0/24" }, { subnet = "fd00:1::/64" }]
  }
  enable_ipv6 = true
}

image "traefik" {
  pull = "traefik:v3.5"
}

image "whoami" {
  pull = "traefik/whoami"
}

service "traefik" {
  image          = image.traefik
  container_name = "traefik"

  network "proxy" {
    ipv4_address = "172.30.0.2"
  }

  command = ["--providers.docker=true", "--entrypoints.web.address=:80", "--entrypoints.websecure.address=:443"]
  labels = {
    "traefik.enable"                = "true"
    "traefik.http.routers.api.rule" = "Host(`traefik.${parameter.domain}`)"
  }
  security_opt = ["no-new-privileges:true"]

  mount "/var/run/docker.sock" {
    bind      = "/var/run/docker.sock"
    read_only = true
  }
  mount "/acme" {
    bind   = "./acme"
    create = true
  }

  compose = {
    ports = [{
      mode      = "host"
      protocol  = "tcp"
      published = "80"
      target    = 80
      }, {
      mode      = "ingress"
      protocol  = "tcp"
      published = "443"
      target    = 443
      }, {
      mode      = "ingress"
      protocol  = "udp"
      published = "443"
      target    = 443
    }]
  }
}

service "whoami" {
  image    = image.whoami
  networks = [network.default, network.proxy]
  labels = {
    "traefik.enable"                                = "true"
    "traefik.http.middlewares.auth.basicauth.users" = "me:$apr1$x$y"
    "traefik.http.routers.who.rule"                 = "Host(`who.${parameter.domain}`)"
  }
}
