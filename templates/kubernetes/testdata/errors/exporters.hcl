# What an exporter makes is reported once, at its block.
system "shop" {
  exporter "cadvisor" {} # ERROR OG422: service.cadvisor-exporter, which the exporter makes, mounts "/dev/disk", "/", "/sys", "/var/lib/docker" and "/var/run" from the host
  exporter "node" {}     # ERROR OG422: service.node-exporter, which the exporter makes, mounts "/" from the host
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

volume "metrics" {}

service "prometheus" {
  image = image.prometheus
  mount "/prometheus" {
    volume = volume.metrics
  }
}

prometheus {
  service = service.prometheus
}
