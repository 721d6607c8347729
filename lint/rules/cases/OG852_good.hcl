system "shop" {}

volume "data" {}

image "app" {
  pull = "grafana/grafana:11.6.0"
}

service "app" {
  image = image.app
  mount "/var/lib/grafana" {
    volume = volume.data
  }
  harden {
    user = "472:0"
  }
}
