# Credentials by name and by value.

system "credentials" {}

image "app" {
  pull = "example.org/app:1"
  runtime { user = "1000" }
}

variable "stripe" { # WARNING OG803: variable.stripe holds a credential in plain text
  type    = string
  default = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
}

parameter "smtp_pass" { # WARNING OG803: The default of parameter.smtp_pass
  default = "hunter2"
}

image "built" {
  build_args = { GIT = "https://robot:ghx0000000@git.example.org/x.git" } # WARNING OG803: GIT of image.built contains a password in plain text
  stage "run" {
    from = "debian:13.1-slim"
    env {
      values = { DEPLOY = "ghp_0123456789abcdefABCDEF0123456789abcd" } # WARNING OG803: DEPLOY of image.built contains a token of GitHub
    }
    user { name = "10001" }
  }
}

service "built" { image = image.built }

service "app" {
  image = image.app
  env = {
    STRIPE      = var.stripe # WARNING OG803: STRIPE of service.app is a credential
    MAIL_PASSWD = "correct horse" # WARNING OG803: MAIL_PASSWD
    DSN         = "app:hunter2@tcp(db:3306)/shop" # WARNING OG803: DSN
    MSSQL       = "Server=db;Database=shop;User Id=sa;Password=Str0ng!pass" # WARNING OG803: MSSQL
    LIBPQ       = "host=db user=app password=hunter2 dbname=shop" # WARNING OG803: LIBPQ
    BEARER      = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U" # WARNING OG803: BEARER
    AWS_ID      = "AKIAQYLPMN5HHHFPZAM2" # WARNING OG803: AWS_ID
    TLS         = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----" # WARNING OG803: TLS
    HOOK        = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/CCCCCCCCCCCCCCCCCCCCCCCC" # WARNING OG803: HOOK
    LICENSE_KEY = "9f86d081884c7d659a2feaa0c55ad015" # WARNING OG803: LICENSE_KEY
  }
}

service "flags" {
  image   = image.app
  command = ["serve", "--admin-token=s3cr3tt0ken", "--port", "8080"] # WARNING OG803: The value of --admin-token in the command of service.flags
}
