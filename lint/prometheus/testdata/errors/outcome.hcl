# Tests of alerts that fail, and tests that pass.

system "outcome" {}

image "prometheus" { pull = "prom/prometheus:v3.5.0" }

service "prometheus" {
  image = image.prometheus
  port "http" { container = 9090 }
}

prometheus {
  service         = service.prometheus
  scrape_interval = "15s"
  external_labels = { site = "north" }
}

record "job:up:sum" {
  expr = "sum by (job) (up)"
}

record "job:up:min5m" {
  expr  = "min_over_time(job:up:sum[5m])"
  group = "later"
}

alert "Down" {
  expr        = "job:up:min5m < 1" # ERROR OG597: The test expects that alert.Down stays silent at 10m (line 45), but it fires, with {job="prometheus", severity="critical"}.
  for         = "2m"
  severity    = "critical"
  summary     = "{{ $labels.job }} in {{ $externalLabels.site }}: {{ $value }}"
  description = "{{ with query \"up\" }}{{ len . }}{{ end }}"

  test {
    series = { "up{job=\"prometheus\",instance=\"a\"}" = "1x4 0x20" }
    at     = "10m"
    fires  = true
    labels = { job = "prometheus" }
  }
  test { # ERROR OG597: The test expects that alert.Down fires at 6m (line 40), but it is still pending: its condition must hold for 2m.
    series = { "up{job=\"prometheus\",instance=\"a\"}" = "1x4 0x20" }
    at     = "6m"
    fires  = true
  }
  test {
    series = { "up{job=\"prometheus\",instance=\"a\"}" = "0x20" }
    at     = "10m"
    fires  = false
  }
  test { # ERROR OG597: The test expects other labels of alert.Down at 10m (line 50): it fires with {job="prometheus", severity="critical"}.
    series = { "up{job=\"prometheus\",instance=\"a\"}" = "0x20" }
    at     = "10m"
    fires  = true
    labels = { job = "prometheus", severity = "page" }
  }
}

alert "Growing" {
  expr            = "delta(prometheus_tsdb_head_series[3m]) > 100" # ERROR OG597: The test expects that alert.Growing fires at 4m (line 68), but its expression has no result then, or not long enough.
  keep_firing_for = "5m"
  severity        = "page"

  test {
    series = { "prometheus_tsdb_head_series{job=\"prometheus\"}" = "0+50x5 250x10" }
    at     = "9m"
    fires  = true
  }
  test {
    series = { "prometheus_tsdb_head_series{job=\"prometheus\"}" = "0+20x10" }
    at     = "4m"
    fires  = true
  }
  test {
    series = { "prometheus_tsdb_head_sries{job=\"prometheus\"}" = "0+90x10" } # WARNING OG598: has the series prometheus_tsdb_head_sries, but the alert reads only prometheus_tsdb_head_series
    at     = "4m"
    fires  = false
  }
}
