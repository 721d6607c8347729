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
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }

  exporter "postgres" {}
}

database "shop" {
  service = service.db
  name = "postgres"
}
image "grafana" {
  pull = "grafana/grafana:11.6.0"
}
service "grafana" {
  image = image.grafana
}
grafana {
  service = service.grafana
}
