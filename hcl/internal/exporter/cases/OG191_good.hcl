system "shop" {
  exporter "node" {}
}

image "prometheus" {
  pull = "prom/prometheus:v2.53.3"
}

image "postgres" {
  pull = "postgres:17.5"
}

service "prometheus" {
  image = image.prometheus
}

prometheus {
  service = service.prometheus
}

secret "password" {}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

database "shop" {
  service = service.db
}

alertmanager {
  url = "https://alerts.example.org"
}
