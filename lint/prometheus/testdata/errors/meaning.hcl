# Expressions that mean something else than they say.

system "meaning" {}

image "prometheus" { pull = "prom/prometheus:v3.5.0" }

service "prometheus" {
  image = image.prometheus
  port "http" { container = 9090 }
}

prometheus {
  service         = service.prometheus
  scrape_interval = "15s"
}

record "job:up:sum" {
  expr = "sum by (job) (up)"
}

alert "Grouped" {
  expr     = "sum by (jbo) (up) < 1" # WARNING OG580: alert.Grouped groups by the label "jbo", which the series don't have: it has job, instance and service: they all fall into one group. Did you mean "job"?
  severity = "page"
}

alert "Regrouped" {
  expr     = "max by (job, instance) (job:up:sum) < 1" # WARNING OG580: groups by the label "instance", which the series don't have: it has job
  severity = "page"
}

alert "Otherwise" {
  expr     = "up == 0 or vector(0)" # WARNING OG579: The expression of alert.Otherwise compares nothing
  severity = "page"
}

alert "Stepped" {
  expr     = "delta(up[5m:5m]) < 0" # WARNING OG577: alert.Stepped uses delta() over a subquery of 5m with a step of 5m
  severity = "page"
}

alert "Changed" {
  expr     = "changes(up[20s]) > 3" # WARNING OG577: alert.Changed uses changes() over 20s
  severity = "page"
}

alert "Meant" {
  expr     = "(count(up == 1) or vector(0)) < 2"
  severity = "page"
}
