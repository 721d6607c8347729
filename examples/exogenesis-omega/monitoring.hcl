# The document scrapes ruvector-postgres:8000, a host and a port that don't
# exist; here the targets follow from the services' scrape blocks.
prometheus {
  service         = service.prometheus
  scrape_interval = "15s"
  external_labels = { cluster = "omega-dev" }
}

record "job:constellation_sync_requests:rate1m" {
  expr = "sum by (job) (rate(constellation_sync_requests_total[1m]))"
}

# The document copies its rules into the running container, where no rule_files
# entry names them; here they are part of Prometheus's configuration.
alert "ConstellationDown" {
  expr        = "up{job=\"constellation\"} == 0"
  for         = "1m"
  severity    = "critical"
  summary     = "Constellation replica {{ $labels.instance }} is down"
  description = "Prometheus has not been able to scrape {{ $labels.instance }} for a minute."
  runbook     = runbook.services_not_starting

  test {
    series = { "up{job=\"constellation\",instance=\"constellation-1:9090\"}" = "0x10" }
    at     = "5m"
    fires  = true
    labels = { instance = "constellation-1:9090", job = "constellation" }
  }
  test {
    series = { "up{job=\"constellation\",instance=\"constellation-1:9090\"}" = "1x10" }
    at     = "5m"
    fires  = false
  }
}

alert "ConstellationWithoutRedundancy" {
  expr        = "(count(up{job=\"constellation\"} == 1) or vector(0)) < 2"
  for         = "2m"
  severity    = "warning"
  summary     = "Fewer than two constellation replicas are up"
  description = "Losing one more replica would stop synchronisation."
  runbook     = runbook.health_checks_time_out

  test {
    series = {
      "up{job=\"constellation\",instance=\"constellation-1:9090\"}" = "1x10"
      "up{job=\"constellation\",instance=\"constellation-2:9090\"}" = "0x10"
    }
    at    = "5m"
    fires = true
  }
  test {
    series = {
      "up{job=\"constellation\",instance=\"constellation-1:9090\"}" = "1x10"
      "up{job=\"constellation\",instance=\"constellation-2:9090\"}" = "1x10"
    }
    at    = "5m"
    fires = false
  }
}

grafana {
  service = service.grafana
}

# The document's panels have the type "graph", which Grafana no longer has, and
# query constellation_active_connections, which nothing exports.
dashboard "constellation-overview" {
  title       = "Exogenesis Omega - Constellation Overview"
  description = "Is the constellation up, and is it synchronising?"
  tags        = ["exogenesis-omega"]

  row "Replicas" {
    panel "Replicas up" {
      type        = "stat"
      description = "Replicas in the last successful scrapes."
      expr        = "sum(up{job=\"constellation\"})"
      legend      = "up"
    }
    panel "Availability by replica" {
      type        = "state-timeline"
      description = "1 while scrapes of the replica succeed."
      expr        = "up{job=\"constellation\"}"
      legend      = "{{instance}}"
    }
  }

  row "Traffic" {
    panel "Sync requests" {
      type        = "timeseries"
      unit        = "reqps"
      description = "Synchronisation requests answered, by replica."
      expr        = "sum by (instance) (rate(constellation_sync_requests_total[$__rate_interval]))"
      legend      = "{{instance}}"
    }
    panel "Active devices" {
      type        = "timeseries"
      unit        = "short"
      description = "Devices that are connected, by replica."
      expr        = "constellation_active_devices"
      legend      = "{{instance}}"
    }
    panel "Sync latency (p99)" {
      type        = "timeseries"
      unit        = "s"
      description = "The server exports a summary, so the quantile is the server's own."
      expr        = "max by (instance) (constellation_sync_latency_seconds{quantile=\"0.99\"})"
      legend      = "{{instance}}"
    }
  }
}

dashboard "monitoring-health" {
  title       = "Exogenesis Omega - Monitoring"
  description = "Does the monitoring itself work?"
  tags        = ["exogenesis-omega"]

  row "Targets" {
    panel "Targets" {
      type        = "timeseries"
      description = "1 while scrapes of the target succeed."
      expr        = "up"
      legend      = "{{job}} {{instance}}"
    }
    panel "Samples ingested" {
      type        = "timeseries"
      unit        = "short"
      description = "Samples per scrape."
      expr        = "scrape_samples_scraped"
      legend      = "{{job}} {{instance}}"
    }
  }
}
