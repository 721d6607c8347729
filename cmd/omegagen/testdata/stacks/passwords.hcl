# Passwords of a family behind Caddy.
system "vault" {
  description = "Vaultwarden behind Caddy"
}

parameter "domain" {
  default = "vault.example.org"
}

volume "vault" {}
volume "caddy" {}

image "vaultwarden" {
  pull = "vaultwarden/server:1.32.7"
}

image "caddy" {
  pull = "caddy:2.8.4-alpine"
}

service "vaultwarden" {
  image   = image.vaultwarden
  restart = "unless-stopped"
  env = {
    DOMAIN          = "https://${parameter.domain}"
    SIGNUPS_ALLOWED = false
  }
  port "http" {
    container = 80
  }
  mount "/data" {
    volume = volume.vault
  }
}

service "caddy" {
  image      = image.caddy
  restart    = "unless-stopped"
  depends_on = { vaultwarden = "started" }
  command    = ["caddy", "reverse-proxy", "--from", parameter.domain, "--to", "${service.vaultwarden.host}:80"]
  port "http" {
    container = 80
    host      = 80
    bind      = "0.0.0.0"
  }
  port "https" {
    container = 443
    host      = 443
    bind      = "0.0.0.0"
  }
  mount "/data" {
    volume = volume.caddy
  }
}
