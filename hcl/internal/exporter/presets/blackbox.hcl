# Addresses, by blackbox_exporter with the module http_2xx of its image: a GET that must answer with 2xx.

defaults {
  image    = image.EXPORTER
  interval = null
}

unless "image" {
  image "EXPORTER" {
    pull = "quay.io/prometheus/blackbox-exporter:v0.26.0"
  }
}

service "EXPORTER" {
  image    = exporter.image
  networks = exporter.networks

  port "http" {
    container = 9115
  }

  resources {
    memory = "64MB"
  }

  # Only probes by ICMP take more.
  harden {
    user      = "65534:65534"
    read_only = true
  }
}

prometheus {
  scrape "EXPORTER" {
    targets  = exporter.targets
    path     = "/probe"
    params   = { module = "http_2xx" }
    interval = exporter.interval
    exports  = exporter.exports

    relabel {
      source_labels = ["__address__"]
      target_label  = "__param_target"
    }
    relabel {
      source_labels = ["__param_target"]
      target_label  = "instance"
    }
    relabel {
      target_label = "__address__"
      replacement  = "EXPORTER:9115"
    }
  }
}

alert "ProbeFails" {
  expr        = "probe_success{job=~\"JOBS\"} == 0"
  for         = "2m"
  severity    = "critical"
  group       = "blackbox"
  summary     = "{{ $labels.instance }} doesn't answer"
  description = "Requests have failed for two minutes: no connection, an invalid certificate, or a status other than 2xx."
}

alert "ProbeExporterDown" {
  expr        = "up{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "warning"
  group       = "blackbox"
  summary     = "The exporter that requests {{ $labels.instance }} is down"
  description = "Nothing requests the addresses: no other alert about them can fire."
}

alert "ProbeSlow" {
  expr        = "avg_over_time(probe_duration_seconds{job=~\"JOBS\"}[10m]) > 2"
  for         = "10m"
  severity    = "warning"
  group       = "blackbox"
  summary     = "{{ $labels.instance }} takes more than two seconds"
  description = "On average over ten minutes. The dashboard shows in which phase."

  test {
    series = { "probe_duration_seconds{job=\"FIRST\",instance=\"https://example.org\"}" = "3x30" }
    at     = "25m"
  }
  test {
    series = { "probe_duration_seconds{job=\"FIRST\",instance=\"https://example.org\"}" = "1x30" }
    at     = "25m"
    fires  = false
  }
}

alert "ProbeCertificateExpires" {
  expr        = "probe_ssl_earliest_cert_expiry{job=~\"JOBS\"} - time() < 14 * 86400"
  for         = "1h"
  severity    = "warning"
  group       = "blackbox"
  summary     = "The certificate of {{ $labels.instance }} expires within two weeks"
  description = "Its renewal should have happened by now."

  test {
    series = { "probe_ssl_earliest_cert_expiry{job=\"FIRST\",instance=\"https://example.org\"}" = "864000x100" }
    at     = "90m"
  }
  test {
    series = { "probe_ssl_earliest_cert_expiry{job=\"FIRST\",instance=\"https://example.org\"}" = "8640000x100" }
    at     = "90m"
    fires  = false
  }
}

dashboard "exporter-blackbox" {
  title       = "Addresses"
  description = "Do they answer, and how fast?"
  tags        = ["probes"]

  variable "instance" {
    label = "Instance"
  }

  row "Addresses" {
    panel "Answers" {
      type        = "state-timeline"
      description = "1 while requests succeed."
      expr        = "probe_success{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Duration" {
      unit        = "s"
      min         = 0
      description = "Of the whole request."
      expr        = "probe_duration_seconds{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Phases" {
      unit        = "s"
      min         = 0
      description = "What takes the time."
      expr        = "avg by (phase) (probe_http_duration_seconds{job=~\"JOBS\",instance=~\"$instance\"})"
      legend      = "{{phase}}"
      stack       = true
    }
    panel "Status" {
      type        = "table"
      description = "The HTTP status of the last answer."
      expr        = "probe_http_status_code{job=~\"JOBS\",instance=~\"$instance\"}"
      instant     = true
    }
    panel "Certificate expires in" {
      unit        = "s"
      description = "Of addresses with https."
      expr        = "probe_ssl_earliest_cert_expiry{job=~\"JOBS\",instance=~\"$instance\"} - time()"
      legend      = "{{instance}}"
    }
  }
}
