# A hardening that is stated holds, also one that the image can't live with:
# PostgreSQL's entrypoint becomes another user, which takes SETGID and SETUID.

system "dropped-postgres" {}

secret "password" {
  length = 24
}

image "postgres" {
  pull = "postgres:17.5"

  runtime {
    capabilities = ["CHOWN", "DAC_OVERRIDE"]
  }
}

service "server" {
  image      = image.postgres
  restart    = "unless-stopped"
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}
