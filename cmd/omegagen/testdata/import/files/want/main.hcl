system "files" {
  defaults {
    bind = "0.0.0.0"
  }
}

variable "pgid" {
  type    = string
  default = "1000"
}

variable "puid" {
  type    = string
  default = "1000"
}

image "syncthing" {
  pull = "syncthing/syncthing:1.28"
}

service "sync" {
  image             = image.syncthing
  user              = "${var.puid}:${var.pgid}"
  hostname          = "box"
  stop_grace_period = "2m0s"

  port "port_8384" {
    container = 8384
    host      = 8384
  }
  port "port_22000" {
    container = 22000
    host      = 22000
  }
  port "udp_22000" {
    container = 22000
    host      = 22000
    protocol  = "udp"
  }
  port "udp_21027" {
    container = 21027
    host      = 21027
    protocol  = "udp"
  }

  mount "/var/syncthing" {
    bind = "~/sync"
  }
  mount "/media" {
    bind        = "/srv/media"
    propagation = "rshared"
  }
  mount "/cfg" {
    bind   = "./config with space"
    create = true
  }

  healthcheck {
    shell    = "curl -fkLsS -m 2 127.0.0.1:8384/rest/noauth/health | grep -o OK || exit 1"
    interval = "1m0s"
    timeout  = "10s"
  }
}
