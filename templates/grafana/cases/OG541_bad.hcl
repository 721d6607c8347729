system "shop" {}

image "grafana" {
  pull = "grafana/grafana:12.0.0"
}

secret "admin" {}

service "grafana" {
  image      = image.grafana
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.admin }
  port "http" {
    container = 3000
  }
}

grafana {
  service = service.grafana
}
