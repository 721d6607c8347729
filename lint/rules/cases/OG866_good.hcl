system "shop" {}

secret "password" {}

image "postgres" {
  pull = "postgres:17.5"
}

service "database" {
  image      = image.postgres
  env        = { POSTGRES_INITDB_ARGS = "--data-checksums" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
}

volume "data" {}
