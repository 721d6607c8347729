# Monitoring servers that listen elsewhere.

system "port_settings" {}

image "prometheus" {
  pull = "docker.io/prom/prometheus:v3.5.0"
}

image "grafana" {
  pull = "example.org/grafana:12.0.2"
}

# Two replicas, one diagnostic.
service "prometheus" {
  image    = image.prometheus
  replicas = 2
  port "http" { # WARNING OG841: Write "--web.listen-address=:${service.prometheus.port.http.container}" in its command
    container = 9091
  }
}

prometheus {
  service   = service.prometheus
  retention = "15d"
}

service "grafana" {
  image = image.grafana
  env   = { GF_SERVER_HTTP_PORT = "3001" } # ERROR OG840: listen on 3001, but port "http" of service.grafana (main.hcl:30,3-14) expects 3000
  port "http" {
    container = 3000
  }
}

grafana {
  service = service.grafana
}
