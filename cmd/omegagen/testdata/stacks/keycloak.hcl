# Single sign-on.
system "sso" {}

secret "db_password" {
  length = 24
}

secret "admin_password" {
  length = 24
}

volume "pg" {}

image "keycloak" {
  pull = "quay.io/keycloak/keycloak:26.0.7"
}

image "postgres" {
  pull = "postgres:16.6-bookworm"
}

service "postgres" {
  image      = image.postgres
  restart    = "unless-stopped"
  env        = { POSTGRES_DB = "keycloak", POSTGRES_USER = "keycloak" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db_password }
  mount "/var/lib/postgresql/data" {
    volume = volume.pg
  }
}

service "keycloak" {
  image      = image.keycloak
  restart    = "unless-stopped"
  command    = ["start"]
  exposed    = true
  reason     = "Keycloak reads these passwords only from its environment."
  depends_on = { postgres = "healthy" }
  env = {
    KC_DB                       = "postgres"
    KC_DB_URL                   = "jdbc:postgresql://${service.postgres.host}:5432/keycloak"
    KC_DB_USERNAME              = "keycloak"
    KC_HOSTNAME                 = "sso.example.org"
    KC_HTTP_ENABLED             = true
    KC_PROXY_HEADERS            = "xforwarded"
    KC_DB_PASSWORD              = "${secret.db_password}"
    KC_BOOTSTRAP_ADMIN_USERNAME = "admin"
    KC_BOOTSTRAP_ADMIN_PASSWORD = "${secret.admin_password}"
  }
  port "http" {
    container = 8080
    host      = 8080
  }
}
