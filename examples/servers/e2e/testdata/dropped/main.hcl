# A hardening that is stated holds, also one that the image can't live with: these
# don't come up.

system "dropped" {}

secret "password" {
  length = 24
}

# PostgreSQL's entrypoint becomes another user, which takes SETGID and SETUID.
image "postgres" {
  pull = "postgres:17.5"

  runtime {
    capabilities = ["CHOWN", "DAC_OVERRIDE"]
  }
}

service "postgres" {
  image      = image.postgres
  restart    = "unless-stopped"
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

# Of this image nothing is known, so all capabilities are dropped, and its
# entrypoint can't give its folder away.
image "app" {
  pull = "example/unknown:1"
}

service "app" {
  image   = image.app
  restart = "unless-stopped"

  harden {
    drop_caps = true
  }
}
