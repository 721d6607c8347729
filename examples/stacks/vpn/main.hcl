# qBittorrent behind a VPN: its only network is that of gluetun, whose firewall
# blocks all traffic outside the tunnel. The page is at http://127.0.0.1:8080.
#
# The key is from your provider: deploy.sh asks for it, or takes it from
# ./deploy.sh secret set wireguard_private_key.

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
  from        = "prompt"
  description = "the private key of the tunnel, from the provider's WireGuard page"
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

  # For qBittorrent, which shares this network.
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
