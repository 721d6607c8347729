system "mail" {
  defaults {
    bind = "0.0.0.0"
  }
}

image "docker-mailserver" {
  pull = "ghcr.io/docker-mailserver/docker-mailserver:15"
}

service "mail" {
  image             = image.docker-mailserver
  restart           = "always"
  cap_add           = ["NET_ADMIN", "SYS_PTRACE"]
  domainname        = "example.org"
  env_file          = "./mailserver.env"
  hostname          = "mail.example.org"
  stop_grace_period = "1m0s"

  port "port_25" {
    container = 25
    host      = 25
  }
  port "port_143" {
    container = 143
    host      = 143
  }
  port "port_465" {
    container = 465
    host      = 465
  }
  port "port_587" {
    container = 587
    host      = 587
  }
  port "port_993" {
    container = 993
    host      = 993
  }

  mount "/var/mail" {
    bind   = "./dms/mail-data"
    create = true
  }
  mount "/tmp/docker-mailserver" {
    bind   = "./dms/config"
    create = true
  }
  mount "/etc/localtime" {
    bind      = "/etc/localtime"
    read_only = true
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }

  compose = {
    healthcheck = {
      retries = 0
      test    = ["CMD-SHELL", "ss --listening --ipv4 --tcp | grep --silent ':smtp' || exit 1"]
      timeout = "3s"
    }
  }
}
