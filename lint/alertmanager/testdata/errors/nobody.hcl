# Nobody is told of an alert without an Alertmanager.
system "s" {}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}
prometheus { # WARNING OG591: The manifest has 1 alert, but no alertmanager block
  service = service.prometheus
}
alert "Down" {
  expr     = "up == 0"
  severity = "critical"
}
