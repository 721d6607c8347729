system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
    host      = 9090
  }
}

prometheus {
  service = service.prometheus
}

criterion "targets" {
  command {
    tools = ["curl", "jq"]
    run   = <<-EOT
      answer=$(curl -fsS http://127.0.0.1:9090/api/v1/targets)
      printf '%s' "$answer" | jq -e '.data.activeTarget | length > 0' > /dev/null
    EOT
  }
}
