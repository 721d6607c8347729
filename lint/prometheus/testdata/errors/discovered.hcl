# Targets that the manifest only discovers may have any label, also on `up`.
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

prometheus {
  service = service.prometheus

  scrape "hosts" {
    targets = ["host.example.org:9100"]
    labels  = { zone = "a" }
  }
}

alert "HostDown" {
  expr     = "up{job=\"hosts\",zone=\"a\"} == 0"
  for      = "5m"
  severity = "warning"
  summary  = "A host of zone {{ $labels.zone }} is down"
}

alert "RateOfOneScrape" {
  expr     = "rate(up[15s]) > 0" # WARNING OG577: uses rate() over 15s
  for      = "5m"
  severity = "warning"
  summary  = "It changes"
}
