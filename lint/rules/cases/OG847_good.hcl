system "shop" {}

secret "password" {}

volume "data" {}

image "app" {
  pull = "postgres:17.5"
}

service "app" {
  image      = image.app
  restart    = "always"
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
}
