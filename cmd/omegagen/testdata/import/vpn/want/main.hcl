system "vpn" {
  defaults {
    bind    = "0.0.0.0"
    restart = "unless-stopped"
  }
}

parameter "tz" {
  default = "Etc/UTC"
}

variable "downloads" {
  type    = string
  default = "/srv/downloads"
}

secret "wg_key" {
  from        = "prompt"
  description = "WIREGUARD_PRIVATE_KEY of gluetun, in the Compose file"
}

image "gluetun" {
  pull = "qmcgaw/gluetun:v3.40.0"
}

image "prowlarr" {
  pull = "lscr.io/linuxserver/prowlarr"
}

image "qbittorrent" {
  pull = "lscr.io/linuxserver/qbittorrent:5.1.2"
}

service "gluetun" {
  image = image.gluetun
  env = {
    TZ                    = parameter.tz
    VPN_SERVICE_PROVIDER  = "mullvad"
    WIREGUARD_PRIVATE_KEY = secret.wg_key
  }
  exposed = true
  reason  = "so in the Compose file; a file is safer, if the program reads one"
  cap_add = ["NET_ADMIN"]
  devices = ["/dev/net/tun"]
  sysctls = { "net.ipv6.conf.all.disable_ipv6" = "1" }

  port "http" {
    container = 8080
    host      = 8080
  }
  port "port_6881" {
    container = 6881
    host      = 6881
  }
  port "udp_6881" {
    container = 6881
    host      = 6881
    protocol  = "udp"
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}

service "prowlarr" {
  image        = image.prowlarr
  network_mode = "service:gluetun"

  mount "/config" {
    bind = "~/prowlarr"
  }
}

service "qbittorrent" {
  image = image.qbittorrent
  env = {
    PGID  = 1000
    PUID  = 1000
    TZ    = parameter.tz
    UMASK = "022"
  }
  depends_on   = { gluetun = "started" }
  network_mode = "service:gluetun"

  mount "/config" {
    bind   = "./config"
    create = true
  }
  mount "/downloads" {
    bind = var.downloads
  }
}
