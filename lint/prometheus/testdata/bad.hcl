# Each line ends with its expected diagnostic: the rule's code, the text that the
# diagnostic points at, and a part of its message.
system "omega" {
}

network "front" {
}

network "back" {
}

image "any" {
  pull = "example/any:1"
}

service "constellation" {
  image    = image.any
  replicas = 3
  networks = [network.front]
  port "metrics" {
    container = 9090
  }
  healthcheck {
    shell = "true"
  }
  scrape "metrics" {
    port = "metrics"
    exports = {
      constellation_sync_requests_total   = "counter"
      constellation_active_devices        = "gauge"
      constellation_sync_latency_seconds  = "histogram"
      constellation_query_latency_seconds = "summary"
    }
  }
}

service "island" {
  image    = image.any
  networks = [network.back]
  port "metrics" {
    container = 9000
  }
  healthcheck {
    shell = "true"
  }
  scrape "metrics" { # ERROR OG573 [scrape "metrics"] service.island is scraped, but
    port    = "metrics"
    exports = { island_visitors = "gauge" }
  }
}

service "prometheus" {
  image    = image.any
  networks = [network.front]
  port "http" {
    container = 9090
  }
  healthcheck {
    shell = "true"
  }
}

prometheus {
  service   = service.prometheus
  retention = "35d"
}

grafana { # ERROR OG573 [grafana] Grafana queries Prometheus
  service = service.island
}

record "job:requests:rate1m" {
  expr = "sum by (job) (rate(constellation_sync_request_total[1m]))" # ERROR OG561 [constellation_sync_request_total] Did you mean "constellation_sync_requests_total"?
}

record "job:requests:rate5m" {
  expr = "sum by (job) (rate(constellation_sync_requests_total[$__rate_interval]))" # ERROR OG560 [$__rate_interval] Variables such as $__rate_interval are Grafana's
}

record "self" {
  expr = "rate(process_cpu_seconds_total[1m]) + rate(prometheus_http_requests_total[1m])"
}

record "not_self" {
  expr = "rate(process_cpu_seconds_total{job=\"constellation\"}[1m])" # ERROR OG561 [process_cpu_seconds_total] which no record defines and the job constellation doesn't export
}

record "range" {
  expr = "constellation_active_devices[5m]" # ERROR OG572 ["constellation_active_devices[5m]"] range vector
}

record "gauge" {
  expr = "rate(constellation_active_devices[5m])" # ERROR OG565 [rate(constellation_active_devices[5m])] which is a gauge
}

record "counter" {
  expr = "delta(constellation_sync_requests_total[5m])" # ERROR OG565 [delta(constellation_sync_requests_total[5m])] which is a counter
}

record "quantile:good" {
  expr = "histogram_quantile(0.99, sum by (le, job) (rate(constellation_sync_latency_seconds_bucket[5m])))"
}

record "quantile:no_le" {
  expr = "histogram_quantile(0.99, sum by (job) (rate(constellation_sync_latency_seconds_bucket[5m])))" # ERROR OG566 [histogram_quantile(0.99, sum by (job) (rate(constellation_sync_latency_seconds_bucket[5m])))] drops the label le
}

record "quantile:no_rate" {
  expr = "histogram_quantile(0.99, constellation_sync_latency_seconds_bucket)" # ERROR OG567 [histogram_quantile(0.99, constellation_sync_latency_seconds_bucket)] since the process started
}

record "quantile:summary" {
  expr = "histogram_quantile(0.99, rate(constellation_query_latency_seconds_bucket[5m]))" # ERROR OG561 [constellation_query_latency_seconds_bucket] exported as a summary, which has no buckets
}

record "quantile:gauge" {
  expr = "histogram_quantile(0.99, constellation_active_devices)" # ERROR OG566 [histogram_quantile(0.99, constellation_active_devices)] which is a gauge
}

record "quantile:base" {
  expr = "histogram_quantile(0.99, rate(constellation_sync_latency_seconds[5m]))" # ERROR OG566 [histogram_quantile(0.99, rate(constellation_sync_latency_seconds[5m]))] "constellation_sync_latency_seconds_bucket"
}

record "heredoc" {
  expr = <<-EOT
    sum by (job) (
      rate(constellation_sync_requests_total[1m])
        / constellation_devices # ERROR OG561 [constellation_devices] and none of the jobs constellation, island
    )
  EOT
}

alert "Syntax" {
  expr = "up{job=\"constellation\" == 0" # ERROR OG560 [=] unexpected
  test {
    series = {}
    at     = "1m"
  }
}

record "unrecorded" {
  expr = "job:request:rate1m / 2" # ERROR OG561 [job:request:rate1m] Did you mean "job:requests:rate1m"?
}

alert "Job" {
  expr = "up{job=\"constelation\"} == 0" # ERROR OG563 [up{job=\"constelation\"}] Did you mean "constellation"?
}

alert "Jobs" {
  expr = "up{job=~\"const.*\",service=\"constellation\",instance=\"constellation-2:9090\"} == 0"
}

alert "Instance" {
  expr = "up{job=\"constellation\",instance=\"constellation-4:9090\"} == 0" # ERROR OG564 [up{job=\"constellation\",instance=\"constellation-4:9090\"}] constellation-1:9090
}

alert "WrongJob" {
  expr = "absent(island_visitors{job=\"constellation\"})" # ERROR OG561 [island_visitors] which no record defines and the job constellation doesn't export
}

alert "Template" {
  expr        = "up == 0"
  summary     = "{{ $labels.instance }" # ERROR OG568 ["{{ $labels.instance }"] The summary of alert.Template
  annotations = { note = "{{ nope }}" } # ERROR OG568 ["{{ nope }}"] function "nope" not defined
}

alert "Series" {
  expr = "sum(up) == 0"
  test {
    series = { "up{job=~\"x\"}" = "0x10" } # ERROR OG569 ["0x10"] not in promtool's notation
    at     = "1m"
  }
}

alert "Others" {
  expr = "ALERTS{alertname=\"Jops\",alertstate=\"firing\"} == 1" # ERROR OG571 [ALERTS{alertname=\"Jops\",alertstate=\"firing\"}] Did you mean "Jobs"?
  test {
    series = {}
    at     = "1m"
    fires  = false
  }
}

dashboard "d" {
  panel "Variables" {
    expr = "rate(constellation_sync_requests_total{instance=~\"$instance\"}[$__rate_interval]) + $${factor} * rate(constellation_sync_requests_total[$window])"
  }
  panel "Metric by variable" {
    expr = "$${metric}{job=\"$job\"}"
  }
  panel "Unknown" {
    expr = "rate(constellation_sync_requests_total[$windw])" # ERROR OG570 [$windw] Did you mean "window"?
  }
  panel "In a string" {
    expr = "up{instance=~\"$instnace\"}" # ERROR OG574 [up{instance=~\"$instnace\"}] Did you mean "instance"?
  }
  variable "instance" {
    query = "label_values(up{job=\"constellation\"}, instance)"
  }
  variable "window" {
    type  = "interval"
    query = "1m,5m"
  }
  variable "factor" {
    type  = "custom"
    query = "1,2"
  }
  variable "metric" {
    type  = "custom"
    query = "up"
  }
  variable "job" {
    query = "label_values(upp, job)" # ERROR-ABOVE OG561 [variable "job"] "upp"
  }
}

# What expressions mean.
alert "Bool" {
  expr    = "2 * (up == bool 0)" # ERROR OG579 [up == bool 0] Remove bool
  summary = "a"
}

alert "BoolOfFiltered" {
  expr    = "(up == 0) == bool 0"
  summary = "a"
}

alert "NoComparison" {
  expr    = "time() - constellation_active_devices" # ERROR OG579 [time() - constellation_active_devices] compares nothing
  summary = "a"
}

alert "OneSide" {
  expr    = "up == 0 or constellation_active_devices" # ERROR OG579 [constellation_active_devices] compares nothing
  summary = "a"
}

alert "Presence" {
  expr    = "ALERTS{alertname=\"Bool\"} unless on () absent(up)"
  summary = "a"
}

alert "Always" {
  expr    = "vector(1)"
  summary = "a"
}

alert "OtherLabel" {
  expr    = "up{jobs=\"constellation\"} == 0" # ERROR OG580 [up{jobs=\"constellation\"}] Did you mean "job"?
  summary = "{{ $labels.instnace }}"          # ERROR OG580 ["{{ $labels.instnace }}"] it has job, instance and service
}

alert "Recorded" {
  expr    = "devices:sum > 1"
  summary = "{{ .Labels.tier }} {{ .Labels.job }}" # ERROR OG580 ["{{ .Labels.tier }} {{ .Labels.job }}"] "job"
}

record "devices:sum" {
  expr   = "sum(constellation_active_devices)"
  labels = { tier = "a" }
}

alert "Joined" {
  expr    = "constellation_active_devices * on (instance) group_left (version) sum without (job) (up) > 0"
  summary = "{{ $labels.version }} {{ $labels.job }}"
}

alert "Matched" {
  expr    = "constellation_active_devices / on (instance) sum by (instance) (up) > 0"
  summary = "{{ $labels.job }}" # ERROR OG580 ["{{ $labels.job }}"] it has instance
}

alert "Counter" {
  expr    = "max by (job) (constellation_sync_requests_total) >= 5" # ERROR OG581 [max by (job) (constellation_sync_requests_total) >= 5] increase(constellation_sync_requests_total[5m])
  summary = "a"
}

alert "CounterOver" {
  expr    = "quantile(95, up) > 0" # ERROR OG582 [95] write 0.95
  summary = "a"
}

record "short" {
  expr = "increase(constellation_sync_requests_total[29s]) + increase(constellation_sync_requests_total[30s])" # ERROR OG577 [increase(constellation_sync_requests_total[29s])] constellation is scraped every 15s
}

dashboard "meaning" {
  variable "instance" {
    query       = "label_values(up, instance)"
    include_all = true
  }
  variable "top" {
    type  = "custom"
    query = "5,10"
  }
  variable "metric" {
    type  = "custom"
    query = "up,constellation_active_devices"
  }
  panel "one" {
    expr = "up{instance=\"$instance\"}" # ERROR OG578 [up{instance=\"$instance\"}] Write instance=~"$instance"
  }
  panel "other" {
    expr = "up{instance!=\"$${instance}\"}" # ERROR OG578 [up{instance!=\"$${instance}\"}] Write instance!~
  }
  panel "top" {
    expr   = "topk($top, $metric)"
    legend = "{{instance}}"
  }
  panel "quantile" {
    expr = "quantile($top, up) + bottomk(2 + $top, up)"
  }
  panel "gone" {
    expr   = "sum by (job) (up)"
    legend = "{{job}} {instance}" # ERROR OG580 ["{{job}} {instance}"] {instance} in single braces
  }
  panel "lost" {
    expr   = "sum without (instance) (constellation_active_devices)"
    legend = "{{ instance }} {{job}} {{region}}" # ERROR OG580 ["{{ instance }} {{job}} {{region}}"] it is aggregated away
  }
  panel "slips" {
    query {
      expr   = "constellation_active_devices"
      legend = "{{intance}} {{job}}" # ERROR OG580 ["{{intance}} {{job}}"] Did you mean "instance"
    }
    query {
      expr   = "sum by (isntance) (constellation_active_devices)" # ERROR OG580 [sum by (isntance) (constellation_active_devices)] Did you mean "instance"
      legend = "all"
    }
    query {
      expr = "constellation_active_devices{jbo=\"x\"}" # ERROR OG580 [constellation_active_devices{jbo=\"x\"}] Did you mean "job"
    }
    query { # a program's own labels
      expr   = "sum by (jobs, services, bob, distance) (constellation_active_devices{jobs=\"x\", jab!=\"\"})"
      legend = "{{jobs}} {{bob}} {{distance}}"
    }
    query {
      expr   = "label_replace(constellation_active_devices, \"instanc\", \"$1\", \"instance\", \"(.*):.*\")"
      legend = "{{instanc}}"
    }
  }
  panel "interval" {
    expr = "rate(constellation_sync_requests_total[$__interval])" # ERROR OG577 [rate(constellation_sync_requests_total[$__interval])] Use $__rate_interval
  }
}

slo "rated" {
  objective = 0.99
  good      = "sum(constellation_sync_requests_total)" # ERROR OG593 ["sum(constellation_sync_requests_total)"] without rate()
  total     = "constellation_sync_requests_total"
}

slo "gauge" {
  objective = 0.99
  good      = "constellation_sync_requests_total{code=\"OK\"}"
  total     = "constellation_active_devices" # ERROR OG593 ["constellation_active_devices"] only a counter counts events
}

slo "histogram" {
  objective = 0.99
  good      = "constellation_sync_latency_seconds_bucket" # ERROR OG593 ["constellation_sync_latency_seconds_bucket"] Select one, such as
  total     = "constellation_sync_latency_seconds_count"
}

slo "whole_histogram" {
  objective = 0.99
  good      = "constellation_sync_latency_seconds_bucket{le=\"1\"}"
  total     = "constellation_sync_latency_seconds" # ERROR OG593 ["constellation_sync_latency_seconds"] Its number of events is constellation_sync_latency_seconds_count
}

slo "not_a_part" {
  objective = 0.99
  good      = "constellation_sync_requests_total{code=\"OK\"}" # ERROR OG593 ["constellation_sync_requests_total{code=\"OK\"}"] Add job="constellation" to `good`
  total     = "constellation_sync_requests_total{job=\"constellation\"}"
}

slo "everything" {
  objective = 0.99
  good      = "constellation_sync_requests_total" # ERROR OG593 ["constellation_sync_requests_total"] every event is good
  total     = "constellation_sync_requests_total"
}

slo "unknown" {
  objective = 0.99
  good      = "constellation_sync_request_total{code=\"OK\"}" # ERROR OG561 [constellation_sync_request_total] Did you mean "constellation_sync_requests_total"?
  total     = "constellation_sync_requests_total"
}

slo "briefly" {
  objective = 0.99
  window    = "6d"
  good      = "constellation_sync_requests_total{code=\"OK\"}"
  total     = "constellation_sync_requests_total"
}
