system "shop" {}

secret "password" {}

volume "data" {}

image "app" {
  pull = "postgres:18.1"
}

service "app" {
  image      = image.app
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
}
