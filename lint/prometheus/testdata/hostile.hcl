# One string that breaks careless quoting, in every text of the monitoring.
system "hostile" {
  description = local.h
}
locals {
  h = "q\"uo'te $(touch x) `id` $${y} {{.}} $$ %%{z} ünï日本\nnewline \\ end"
}
image "p" {
  pull = "prom/prometheus:v3.5.0"
}
service "prometheus" {
  image = image.p
  port "http" {
    container = 9090
  }
  healthcheck {
    http {
      port = "http"
      path = "/-/healthy"
    }
  }
}
service "grafana" {
  image = image.p
  port "http" {
    container = 3000
  }
  healthcheck {
    http {
      port = "http"
      path = "/api/health"
    }
  }
}
prometheus {
  service         = service.prometheus
  external_labels = { a = local.h }
}
grafana {
  service = service.grafana
  folder  = local.h
}
record "a:b" {
  expr   = "sum(up{x!=${jsonencode(local.h)}})"
  labels = { x = local.h }
  group  = local.h
}
runbook "r" {
  title      = local.h
  symptoms   = [local.h]
  resolution = local.h
}
alert "A" {
  expr        = "up{x!=${jsonencode(local.h)}} == 0"
  severity    = local.h
  summary     = local.h
  description = local.h
  labels      = { x = local.h }
  annotations = { y = local.h }
  runbook     = runbook.r
}
alert "B" {
  expr     = "up == 0"
  severity = "x"
  summary  = replace(local.h, "{{.}}", "{{ $labels.job }}")
  test {
    series = { "up{job=${jsonencode(local.h)}}" = "0x10" }
    at     = "5m"
  }
}
dashboard "d" {
  title       = "t ${local.h}"
  description = local.h
  tags        = [local.h]
  row "x" {
    title = local.h
    panel "y \" $(x) ` {{.}} $$ é" {
      title       = local.h
      description = local.h
      unit        = local.h
      legend      = local.h
      expr        = "up{x=${jsonencode(replace(local.h, "$${y}", "y"))}}"
      threshold {
        color = local.h
      }
    }
    panel "z \" $(x) ` {{.}} $$ é" {
      type    = "text"
      content = local.h
    }
  }
  variable "v" {
    type    = "textbox"
    default = local.h
    label   = local.h
  }
}
