# An API in Go that is traced and measured.
system "orders" {
  version = "1.4.2"
}

image "go" {
  pull = "golang:1.23.4-alpine"
}

image "alpine" {
  pull = "alpine:3.21.0"
}

image "jaeger" {
  pull = "jaegertracing/all-in-one:1.64.0"
}

image "prometheus" {
  pull = "prom/prometheus:v3.0.1"
}

image "api" {
  stage "build" {
    from = image.go
    workdir {
      path = "/src"
    }
    copy {
      src  = ["."]
      dest = "./"
    }
    run {
      command = "CGO_ENABLED=0 go build -o /out/api ./cmd/api"
    }
  }
  stage "main" {
    from = image.alpine
    packages {
      apk = ["ca-certificates"]
    }
    copy {
      from = stage.build
      src  = ["/out/api"]
      dest = "/usr/local/bin/api"
    }
    user {
      name = "65532"
    }
    entrypoint {
      command = ["api"]
    }
  }
}

volume "metrics" {}

service "api" {
  image      = image.api
  replicas   = 2
  restart    = "on-failure"
  depends_on = { jaeger = "started" }
  env        = { OTEL_EXPORTER_OTLP_ENDPOINT = "http://${service.jaeger.host}:4318" }
  port "http" {
    container = 8080
    host      = 8080 + replica.index
  }
  port "metrics" {
    container = 9102
  }
  scrape "metrics" {
    port    = "metrics"
    exports = { orders_total = "counter", order_duration_seconds = "histogram" }
  }
  healthcheck {
    command  = ["wget", "-q", "-O", "/dev/null", "http://localhost:8080/healthz"]
    interval = "10s"
  }
}

service "jaeger" {
  image   = image.jaeger
  restart = "unless-stopped"
  port "ui" {
    container = 16686
    host      = 16686
  }
  port "otlp" {
    container = 4318
  }
}

service "prometheus" {
  image   = image.prometheus
  restart = "unless-stopped"
  port "http" {
    container = 9090
    host      = 9090
  }
  mount "/prometheus" {
    volume = volume.metrics
  }
}

prometheus {
  service = service.prometheus
}

alert "SlowOrders" {
  expr     = "histogram_quantile(0.99, sum by (le) (rate(order_duration_seconds_bucket[5m]))) > 2"
  for      = "10m"
  severity = "warning"
  summary  = "One order in a hundred takes more than two seconds"

  test {
    series = {
      "order_duration_seconds_bucket{job=\"api\",instance=\"api-1:9102\",le=\"1\"}"    = "0+10x60"
      "order_duration_seconds_bucket{job=\"api\",instance=\"api-1:9102\",le=\"5\"}"    = "0+100x60"
      "order_duration_seconds_bucket{job=\"api\",instance=\"api-1:9102\",le=\"+Inf\"}" = "0+100x60"
    }
    at    = "40m"
    fires = true
  }
}

alert "ApiDown" {
  expr     = "up{job=\"api\"} == 0"
  for      = "2m"
  severity = "critical"
  summary  = "{{ $labels.instance }} is down"
}
