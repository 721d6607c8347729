system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v2.53.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}

prometheus {
  service = service.prometheus
}

alert "Down" {
  expr            = "up == 0"
  for             = "5m"
  keep_firing_for = "5m"
  severity        = "critical"
  summary         = "A target is down"
}

alertmanager {
  url = "https://alerts.example.org"
}
