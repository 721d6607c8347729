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

record "many" {
  expr = join(" + ", [for i in range(1000) : "process_cpu_seconds_total"])
}
