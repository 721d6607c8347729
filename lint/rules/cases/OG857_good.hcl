system "shop" {}

image "app" {
  pull = "prom/blackbox-exporter:v0.26.0"
}

service "app" {
  image   = image.app
  command = ["--config.file=/etc/blackbox_exporter/config.yml"]
}
