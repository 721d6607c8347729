system "shop" {}

volume "data" {}

image "app" {
  pull = "prom/prometheus:v3.5.0"
}

service "app" {
  image   = image.app
  command = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
  mount "/prometheus" {
    volume = volume.data
  }
}
