# Pi-hole answers the network's DNS queries, and forwards unknown names to unbound, so
# that no provider sees all of them.

system "dns" {
  description = "Pi-hole before a resolver of one's own"

  defaults {
    restart = "unless-stopped"
  }
}

variable "address" {
  type        = string
  default     = "0.0.0.0"
  description = "The address of this machine that the network asks. Where systemd-resolved holds port 53, it can't be 0.0.0.0."
}

variable "timezone" {
  type    = string
  default = "Europe/Berlin"
}

secret "web_password" {
  from   = "generated"
  length = 24
}

network "dns" {}

volume "pihole" {}

image "pihole" {
  pull = "pihole/pihole:2025.08.0"
}

image "unbound" {
  pull = "mvance/unbound:1.22.0"
}

service "unbound" {
  image    = image.unbound
  networks = [network.dns]

  port "dns" {
    container = 53
    protocol  = "udp"
  }
  port "dns-tcp" {
    container = 53
  }

  mount "/opt/unbound/etc/unbound/forward-records.conf" {
    file = artifact["unbound/forward-records.conf"]
  }

  # The image contains drill.
  healthcheck {
    command  = ["drill", "@127.0.0.1", "cloudflare.com"]
    interval = "30s"
    timeout  = "10s"
  }
}

artifact "unbound/forward-records.conf" {
  template = "forward-records.conf.tmpl"
}

service "pihole" {
  image      = image.pihole
  networks   = [network.dns]
  depends_on = { unbound = "healthy" }

  env = {
    TZ                        = var.timezone
    FTLCONF_dns_upstreams     = "${service.unbound.host}#${service.unbound.port.dns.container}"
    FTLCONF_dns_listeningMode = "ALL"
    FTLCONF_dns_dnssec        = true
  }
  secret_env = { WEBPASSWORD_FILE = secret.web_password }

  port "dns" {
    container = 53
    host      = 53
    bind      = var.address
    protocol  = "udp"
  }
  port "dns-tcp" {
    container = 53
    host      = 53
    bind      = var.address
  }
  port "http" {
    container = 80
    host      = 8080
  }

  mount "/etc/pihole" {
    volume = volume.pihole
  }
}
