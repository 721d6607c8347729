system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
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
  expr     = "up == 0"
  for      = "5m"
  severity = "critical"
  summary  = "A target is down"
}

image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}

service "alertmanager" {
  image = image.alertmanager
  port "http" {
    container = 9093
  }
}

alertmanager {
  service = service.alertmanager
  receiver "team" {
    slack {
      api_url = "https://hooks.slack.example.org"
      title   = "{{ .GroupLabels.alertname }}"
    }
  }
  route {
    receiver = receiver.team
  }
}
