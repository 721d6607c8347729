# qBittorrent behind a VPN: it has no network but that of gluetun, whose
# firewall lets nothing past the tunnel. The page is at http://127.0.0.1:8080.
#
# The key is your provider's, not a random one: before the first deployment
# write it to .omegagen/secrets/wireguard_private_key in the kit.

system "vpn" {
  description = "qBittorrent behind a VPN"

  defaults {
    restart = "unless-stopped"
  }
}

variable "downloads" {
  type        = string
  default     = "/srv/downloads"
  description = "Folder of the host that downloads go to. It belongs to PUID and PGID."
}

variable "country" {
  type    = string
  default = "Netherlands"
}

secret "wireguard_private_key" {
  length = 44
}

volume "gluetun" {}

volume "qbittorrent" {}

image "gluetun" {
  pull = "qmcgaw/gluetun:v3.40.0"
}

image "qbittorrent" {
  pull = "lscr.io/linuxserver/qbittorrent:5.1.2"
}

service "gluetun" {
  image   = image.gluetun
  devices = ["/dev/net/tun"]
  cap_add = ["NET_ADMIN"]

  env = {
    VPN_SERVICE_PROVIDER = "mullvad"
    VPN_TYPE             = "wireguard"
    WIREGUARD_ADDRESSES  = "10.64.222.21/32"
    SERVER_COUNTRIES     = var.country
  }
  secret_env = { WIREGUARD_PRIVATE_KEY_SECRETFILE = secret.wireguard_private_key }

  # Of qBittorrent, which shares this network.
  port "web" {
    container = 8080
    host      = 8080
  }

  mount "/gluetun" {
    volume = volume.gluetun
  }

  healthcheck {
    command        = ["/gluetun-entrypoint", "healthcheck"]
    interval       = "10s"
    retries        = 3
    start_period   = "1m"
    start_interval = "2s"
  }

  harden {
    reason = "gluetun makes the tunnel and its firewall"
  }
}

service "qbittorrent" {
  image        = image.qbittorrent
  network_mode = "service:gluetun"
  depends_on   = { gluetun = "healthy" }

  env = {
    PUID       = 1000
    PGID       = 1000
    WEBUI_PORT = service.gluetun.port.web.container
  }

  mount "/config" {
    volume = volume.qbittorrent
  }
  mount "/downloads" {
    bind = var.downloads
  }

  healthcheck {
    command      = ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:${service.gluetun.port.web.container}/"]
    interval     = "30s"
    timeout      = "5s"
    start_period = "1m"
  }
}
