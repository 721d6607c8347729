system "shop" {}

image "app" {
  pull = "grafana/loki:3.5.0"
}

service "app" {
  image   = image.app
  command = ["-config.file=/etc/loki/local-config.yaml"]
}
