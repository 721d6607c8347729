# Variables that are named like credentials, or whose values look like some, and are none.

system "harmless" {}

image "app" {
  pull = "example.org/app:1"
  runtime { user = "1000" }
}

secret "token" { from = "prompt" }

service "app" {
  image = image.app
  env = {
    MYSQL_ALLOW_EMPTY_PASSWORD = "yes"
    PASSWORD_MIN_LENGTH        = "8"
    DATABASE_PASSWORD          = "/run/secrets/db-password"
    GIT_PASSWORD               = "./token"
    TOKEN_TTL                  = "3600"
    ACCESS_TOKEN               = "15m"
    MAX_TOKEN                  = 4096
    API_KEY                    = "X-Api-Key"
    PASSWORD_RESET_URL         = "https://example.com/reset"
    JWT_TOKEN_ISSUER           = "https://example.com"
    OIDC_TOKEN                 = "https://login.example.com/token"
    SECRET_NAME                = "my-app"
    PGPASSFILE                 = "/x/.pgpass"
    AUTH                       = "none"
    RECAPTCHA_SITE_KEY         = "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI"
    SSH_PUBLIC_KEY             = "AAAAC3NzaC1lZDI1NTE5AAAAIJ3kZ0Yb1Nq2X9yq8w7v6u5t"
    CACHE_KEY                  = "shop-products"
    PWD                        = "work"
    GIT_SHA                    = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    DATABASE_URL               = "postgres://app@db.example.org:5432/shop"
    S3_SECRET                  = "<none>"
    LDAP_PASS                  = "required"
  }
  secret_env = { TOKEN_FILE = secret.token }
  command    = ["serve", "--token-file=/run/secrets/token", "--password", "/run/secrets/x", "--max-token", "4096", "--secret-name=shop"]
}
