system "shop" {
  defaults {
    restart = "unless-stopped"
  }
}

volume "prometheus" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
  mount "/prometheus" {
    volume = volume.prometheus
  }
}

prometheus {
  service = service.prometheus
}

alert "Down" {
  expr     = "up == 0"
  for      = "5m"
  severity = "critical"
  summary  = "A target is down"
}
