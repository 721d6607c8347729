# Short intervals, so that tests of failures take seconds.
prometheus {
  service         = service.prometheus
  scrape_interval = "2s"
  scrape_timeout  = "2s"
  external_labels = { cluster = "constellation" }
  runbook_url     = "https://github.com/omegagen/omegagen/blob/main/generated/constellation/RUNBOOK.md"
}

# Short times again. What is critical is told at once; of a warning's cause one
# notification is enough.
alertmanager {
  service  = service.alertmanager
  watchdog = receiver.watchdog

  receiver "team" {
    webhook {
      url           = var.alert_webhook
      send_resolved = true
    }
  }

  # Expects a notification every few minutes.
  receiver "watchdog" {
    webhook {
      url = "${var.alert_webhook}/watchdog"
    }
  }

  route {
    receiver        = receiver.team
    group_by        = ["alertname"]
    group_wait      = "5s"
    group_interval  = "5s"
    repeat_interval = "4h"

    route {
      matchers   = ["severity=critical"]
      group_wait = "1s"
    }
  }

  # Without the database the worker has nothing to do.
  inhibit {
    source = ["alertname=DatabaseUnreachable"]
    target = ["alertname=FederationStalled"]
  }
}

record "job:constellation_sync_requests:rate1m" {
  expr = "sum by (job) (rate(constellation_sync_requests_total[1m]))"
}

alert "ConstellationDown" {
  expr        = "up{job=\"constellation\"} == 0"
  for         = "5s"
  severity    = "critical"
  summary     = "Constellation replica {{ $labels.instance }} is down"
  description = "Prometheus has not been able to scrape {{ $labels.instance }} for five seconds."
  runbook     = runbook.replica_down
}

alert "ConstellationWithoutRedundancy" {
  expr        = "(count(up{job=\"constellation\"} == 1) or vector(0)) < 2"
  for         = "5s"
  severity    = "critical"
  summary     = "Fewer than two constellation replicas are up"
  description = "Losing one more replica would stop synchronisation."
  runbook     = runbook.replica_down

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

alert "DatabaseUnreachable" {
  expr        = "constellation_database_up == 0"
  for         = "5s"
  severity    = "critical"
  summary     = "{{ $labels.instance }} can't reach the database"
  description = "The replica's own check has failed for five seconds; it isn't ready."
  runbook     = runbook.database_down
}

alert "FederationDown" {
  expr        = "up{job=\"federation\"} == 0"
  for         = "5s"
  severity    = "warning"
  summary     = "The federation worker is down"
  description = "Content is no longer ranked."
  runbook     = runbook.replica_down
}

alert "FederationStalled" {
  expr        = "time() - federation_last_success_timestamp_seconds > 15"
  for         = "5s"
  severity    = "warning"
  summary     = "The federation worker completes no rounds"
  description = "It runs every five seconds, but hasn't succeeded for fifteen."
  runbook     = runbook.database_down

  test {
    series = { "federation_last_success_timestamp_seconds{job=\"federation\",instance=\"federation:9100\"}" = "0x10" }
    at     = "5m"
    fires  = true
  }
  test {
    series = { "federation_last_success_timestamp_seconds{job=\"federation\",instance=\"federation:9100\"}" = "0+60x10" }
    at     = "5m"
    fires  = false
  }
}

alert "SyncErrors" {
  expr        = "sum(rate(constellation_sync_requests_total{code!~\"OK|Canceled\"}[15s])) > 0.5"
  for         = "5s"
  severity    = "warning"
  summary     = "Synchronisations fail more than once in two seconds"
  description = "Over the last fifteen seconds, by the code that the servers answered with."
  runbook     = runbook.sync_errors

  test {
    series = {
      "constellation_sync_requests_total{job=\"constellation\",instance=\"constellation-1:9090\",code=\"OK\"}"              = "0+10x60"
      "constellation_sync_requests_total{job=\"constellation\",instance=\"constellation-1:9090\",code=\"InvalidArgument\"}" = "0+10x60"
    }
    interval = "5s"
    at       = "2m"
    fires    = true
  }
  test {
    series = {
      "constellation_sync_requests_total{job=\"constellation\",instance=\"constellation-1:9090\",code=\"OK\"}"              = "0+10x60"
      "constellation_sync_requests_total{job=\"constellation\",instance=\"constellation-1:9090\",code=\"InvalidArgument\"}" = "0x60"
    }
    interval = "5s"
    at       = "2m"
    fires    = false
  }
}

grafana {
  service = service.grafana
}

dashboard "constellation-overview" {
  title       = "Constellation - Overview"
  description = "Is the constellation up, and is it synchronising?"
  tags        = ["constellation"]
  refresh     = "5s"

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
    panel "Database reachable" {
      type        = "state-timeline"
      description = "1 while the replica reaches the database."
      expr        = "constellation_database_up"
      legend      = "{{instance}}"
    }
  }

  row "Traffic" {
    panel "Synchronisations" {
      unit        = "reqps"
      description = "Answered synchronisations, by replica."
      expr        = "sum by (instance) (rate(constellation_sync_requests_total[$__rate_interval]))"
      legend      = "{{instance}}"
    }
    panel "Failed synchronisations" {
      description = "By the code that the servers answered with; the alert SyncErrors is about their sum."
      unit        = "reqps"
      query {
        expr   = "sum by (code) (rate(constellation_sync_requests_total{code!~\"OK|Canceled\"}[$__rate_interval]))"
        legend = "{{code}}"
      }
      query {
        expr   = "sum(rate(constellation_sync_requests_total{code!~\"OK|Canceled\"}[$__rate_interval]))"
        legend = "all"
      }
      override "all" {
        color = "red"
      }
    }
    panel "Synchronisations of all replicas" {
      unit        = "reqps"
      description = "From the recording rule."
      expr        = "job:constellation_sync_requests:rate1m"
      legend      = "{{job}}"
    }
    panel "Sync latency" {
      description = "Of all replicas: half, 95 % and 99 % of the synchronisations are faster."
      expr        = "constellation_sync_duration_seconds"
    }
    panel "REST requests" {
      unit        = "reqps"
      description = "By route and status."
      expr        = "sum by (route, status) (rate(constellation_http_requests_total[$__rate_interval]))"
      legend      = "{{route}} {{status}}"
    }
    panel "REST latency" {
      description = "Of all routes: half, 95 % and 99 % of the requests are faster."
      expr        = "constellation_http_request_duration_seconds"
    }
    panel "Active devices" {
      unit        = "short"
      description = "Devices that synchronised in the last five minutes."
      expr        = "max(constellation_active_devices)"
      legend      = "devices"
    }
  }

  row "Processes" {
    panel "Memory" {
      unit        = "bytes"
      description = "Resident memory, by replica."
      expr        = "process_resident_memory_bytes{job=\"constellation\"}"
      legend      = "{{instance}}"
    }
    panel "Versions" {
      type        = "table"
      description = "Running versions."
      expr        = "count by (version) (constellation_build_info)"
      instant     = true
    }
  }
}

dashboard "constellation-federation" {
  title       = "Constellation - Federation"
  description = "Does the worker keep up?"
  tags        = ["constellation"]
  refresh     = "5s"

  row "Rounds" {
    panel "Rounds" {
      unit        = "ops"
      description = "Rounds of the worker, by outcome."
      expr        = "sum by (outcome) (rate(federation_rounds_total[$__rate_interval]))"
      legend      = "{{outcome}}"
    }
    panel "Patterns seen" {
      unit        = "short"
      description = "Patterns in the last round."
      expr        = "federation_patterns_aggregated"
      legend      = "patterns"
    }
    panel "Time since the last round" {
      unit        = "s"
      description = "Time since the last successful round."
      expr        = "time() - federation_last_success_timestamp_seconds"
      legend      = "{{instance}}"
    }
  }

  row "Monitoring" {
    panel "Targets" {
      description = "1 while scrapes of the target succeed."
      expr        = "up"
      legend      = "{{job}} {{instance}}"
    }
    panel "Samples ingested" {
      unit        = "short"
      description = "Samples per scrape."
      expr        = "scrape_samples_scraped"
      legend      = "{{job}} {{instance}}"
    }
  }
}
