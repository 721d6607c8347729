# Traefik in front of two web servers, which it finds by their labels, with
# certificates from Let's Encrypt: whoami.DOMAIN, and a page at site.DOMAIN.

system "edge" {
  description = "Traefik and what it stands before"

  defaults {
    restart = "unless-stopped"
    bind    = "0.0.0.0"
  }
}

variable "domain" {
  type        = string
  default     = "example.org"
  description = "The domain whose names lead to this machine."
}

variable "email" {
  type        = string
  default     = "hostmaster@example.org"
  description = "Whom Let's Encrypt writes to."
}

network "edge" {}

volume "certificates" {}

image "traefik" {
  pull = "traefik:v3.5.0"
}

image "whoami" {
  pull = "traefik/whoami:v1.11.0"
}

image "nginx" {
  pull = "nginxinc/nginx-unprivileged:1.28.0-alpine"
}

service "traefik" {
  image    = image.traefik
  networks = [network.edge]

  command = [
    "--providers.docker=true",
    "--providers.docker.exposedbydefault=false",
    "--providers.docker.network=${network.edge.real_name}",
    "--entrypoints.web.address=:80",
    "--entrypoints.web.http.redirections.entrypoint.to=websecure",
    "--entrypoints.websecure.address=:443",
    "--entrypoints.websecure.http.tls.certresolver=letsencrypt",
    "--certificatesresolvers.letsencrypt.acme.email=${var.email}",
    "--certificatesresolvers.letsencrypt.acme.tlschallenge=true",
    "--certificatesresolvers.letsencrypt.acme.storage=/certificates/acme.json",
    "--ping=true",
    "--accesslog=true",
  ]

  port "web" {
    container = 80
    host      = 80
  }
  port "websecure" {
    container = 443
    host      = 443
  }

  # Access to the socket is access to the machine, even though the file is read-only.
  mount "/var/run/docker.sock" {
    bind      = "/var/run/docker.sock"
    read_only = true
  }
  mount "/certificates" {
    volume = volume.certificates
  }
}

# A static binary on an empty base image: without a shell, no healthcheck can run.
service "whoami" {
  image    = image.whoami
  networks = [network.edge]

  labels = {
    "traefik.enable"                                        = "true"
    "traefik.http.routers.whoami.rule"                      = "Host(`whoami.${var.domain}`)"
    "traefik.http.routers.whoami.entrypoints"               = "websecure"
    "traefik.http.services.whoami.loadbalancer.server.port" = tostring(service.whoami.port.http.container)
  }

  port "http" {
    container = 80
  }
}

service "site" {
  image    = image.nginx
  networks = [network.edge]

  labels = {
    "traefik.enable"                                      = "true"
    "traefik.http.routers.site.rule"                      = "Host(`site.${var.domain}`)"
    "traefik.http.routers.site.entrypoints"               = "websecure"
    "traefik.http.services.site.loadbalancer.server.port" = tostring(service.site.port.http.container)
  }

  port "http" {
    container = 8080
  }

  mount "/usr/share/nginx/html/index.html" {
    file = artifact["site/index.html"]
  }
}

artifact "site/index.html" {
  template = "site/index.html.tmpl"
  data     = { domain = var.domain }
}
