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

record "job:up:sum" {
  expr  = "sum by (job) (up)"
  group = "records"
}

rule_group "slow" {
  interval = "5m"
  limit    = 100
}
