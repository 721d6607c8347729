# Every attribute of the blocks of monitoring, none at its default.
system "s" {
  defaults {
    alert {
      labels          = { team = "default", tier = "1", severity = "info" }
      annotations     = { link = "https://example.com", dashboard = "{{ $labels.job }}", summary = "default" }
      keep_firing_for = "10m"
    }
  }
}
image "prometheus" {
  pull = "prom/prometheus:v3.4.0"
}
image "grafana" {
  pull = "grafana/grafana:12.0.0"
}
service "prometheus" {
  image = image.prometheus
  port "extra" {
    container = 9091
  }
  port "web" {
    container = 9090
  }
}
service "grafana" {
  image = image.grafana
  port "extra" {
    container = 3001
  }
  port "web" {
    container = 3000
  }
}
prometheus {
  service             = service.prometheus
  scrape_interval     = "20s"
  scrape_timeout      = "5s"
  evaluation_interval = "30s"
  external_labels     = { zone = "z", cluster = "c" }
  retention           = "15d"
  config_path         = "/srv/prometheus"
  self_scrape         = false
  runbook_url         = "https://example.org/kit/RUNBOOK.md"
  retention_size      = "10GB"

  flags {
    alertmanager_notification_queue_capacity = 1
    enable_feature                           = ["a", "b"]
    log_format                               = "json"
    log_level                                = "warn"
    query_lookback_delta                     = "1m"
    query_max_concurrency                    = 2
    query_max_samples                        = 3
    query_timeout                            = "2m"
    rules_alert_for_grace_period             = "3m"
    rules_alert_for_outage_tolerance         = "4m"
    rules_alert_resend_delay                 = "5m"
    web_cors_origin                          = "x.*"
    web_enable_admin_api                     = false
    web_enable_lifecycle                     = true
    web_enable_otlp_receiver                 = true
    web_enable_remote_write_receiver         = true
    web_external_url                         = "https://prometheus.example.org/p"
    web_max_connections                      = 4
    web_page_title                           = "title"
    web_read_timeout                         = "6m"
    web_route_prefix                         = "/p"
  }

  scrape "hosts" {
    targets      = ["10.0.0.5:9100", "10.0.0.6:9100"]
    labels       = { site = "a" }
    path         = "/probe"
    scheme       = "https"
    params       = { module = "http_2xx" }
    interval     = "1m"
    timeout      = "9s"
    honor_labels = true
    exports      = { node_load1 = "gauge" }

    dns {
      names            = ["a.example.org"]
      type             = "A"
      port             = 9100
      refresh_interval = "1m"
    }
    file {
      files            = ["/etc/targets/*.json"]
      refresh_interval = "2m"
    }
    http {
      basic_auth {
        username = "u"
        password = secret.scrape
      }
    }
    relabel {
      source_labels = ["__address__", "x"]
      separator     = ","
      regex         = "(.*):.*"
      target_label  = "host"
      replacement   = "$1"
      action        = "replace"
    }
    metric_relabel {
      source_labels = ["__name__"]
      modulus       = 5
      target_label  = "shard"
      action        = "hashmod"
    }
  }

  remote_write {
    url = "https://metrics.example.org/api/v1/write"
    authorization {
      credentials = secret.write
    }
    write_relabel_configs = [{ action = "labeldrop", regex = "pod" }]
  }
}
secret "scrape" {
  from = "prompt"
}
secret "write" {
  from = "env"
  env  = "WRITE"
}
grafana {
  service        = service.grafana
  folder         = "Folder"
  datasource_uid = "source"
}
record "job:up:sum" {
  expr   = "sum by (job) (up)"
  labels = { b = "2", a = "1" }
  group  = "records"
}
rule_group "records" {
  interval = "2m"
  limit    = 50
}
record "plain" {
  expr = "up"
}
runbook "down" {}
alert "Down" {
  expr            = "up == 0"
  for             = "1m"
  keep_firing_for = "2m"
  severity        = "critical"
  summary         = "down"
  description     = "It is down."
  labels          = { team = "t" }
  annotations     = { link = "https://example.org" }
  runbook         = runbook.down
  group           = "alerts"
  test {
    series   = { "up{job=\"b\"}" = "0x10", "up{job=\"a\"}" = "1x10" }
    interval = "30s"
    at       = "5m"
    fires    = true
    labels   = { job = "b" }
  }
  test {
    series = { "up" = "1x10" }
    at     = "3m"
    fires  = false
  }
}
alert "Plain" {
  expr = "up == 0"
}
alert "NotKept" {
  expr            = "up == 0"
  keep_firing_for = "0s"
}
slo "failures" {
  objective       = "99.5%"
  window          = "10d"
  good            = "requests_total{code=\"200\"}"
  total           = "requests_total"
  description     = "Why."
  page_severity   = "critical"
  ticket_severity = "warning"
  labels          = { team = "t" }
  runbook         = runbook.down
  dashboard       = dashboard.d
}
slo "rarely" {
  objective = 0.5
  window    = "8d"
  good      = "a_total{x=\"y\"}"
  total     = "a_total"
}
dashboard "d" {
  uid         = "dash"
  title       = "Dashboard"
  description = "All."
  tags        = ["b", "a"]
  refresh     = "1m"
  from        = "now-6h"
  to          = "now-1m"
  timezone    = "utc"
  variable "job" {
    type        = "query"
    label       = "Job"
    query       = "label_values(up, job)"
    multi       = true
    include_all = true
    default     = "all"
  }
  row "Row" {
    title     = "Other title"
    collapsed = true
    panel "P1" {
      title       = "Panel"
      type        = "stat"
      description = "What."
      unit        = "seconds"
      expr        = "up"
      legend      = "{{job}}"
      instant     = true
      width       = 12
      height      = 4
      min         = 0.5
      max         = 9
      decimals    = 2
      threshold {
        color = "green"
      }
      threshold {
        color = "red"
        value = 1.5
      }
      options = { textMode = "name" }
    }
    panel "P2" {
      stack = true
      query {
        expr   = "up"
        legend = "a"
      }
      query {
        expr    = "up * 2"
        instant = true
      }
      override "a" {
        display_name = "b"
        unit         = "s"
        min          = 0.5
        max          = 3
        decimals     = 2
        color        = "red"
        axis         = "right"
        stack        = false
        threshold {
          color = "green"
        }
        threshold {
          color = "red"
          value = 1.5
        }
      }
      override "/up/" {
        by     = "regexp"
        hidden = true
      }
    }
  }
  row "R1" {
    panel "P3" {
      title   = "Text"
      type    = "text"
      content = "words"
    }
  }
}
dashboard "plain" {
  row "R2" {
    panel "P4" {
      expr = "up"
    }
  }
}
image "alertmanager" {
  pull = "prom/alertmanager:v0.35.0"
}
secret "hook" {
  from = "prompt"
}
secret "mail" {
  from = "prompt"
}
service "alertmanager" {
  image    = image.alertmanager
  replicas = 2
  port "extra" {
    container = 9094
  }
  port "web" {
    container = 9093
  }
}
alertmanager {
  service     = service.alertmanager
  port        = "web"
  config_path = "/srv/alertmanager"
  watchdog    = receiver.nobody
  global {
    resolve_timeout    = "6m"
    smtp_smarthost     = "mail.example.org:587"
    smtp_from          = "alerts@example.org"
    smtp_auth_password = secret.mail
  }
  receiver "team" {
    webhook {
      url        = secret.hook
      max_alerts = 10
      http_config {
        follow_redirects = false
        authorization {
          credentials_file = secret.mail
        }
      }
    }
    webhook {
      url = "https://second.example.org/hook"
    }
    email {
      to      = "team@example.org"
      headers = { Subject = "{{ .GroupLabels.alertname }}: it's \"down\"" }
    }
  }
  receiver "nobody" {}
  route {
    receiver        = receiver.team
    group_by        = ["alertname", "cluster"]
    group_wait      = "0s"
    group_interval  = "6m"
    repeat_interval = "5h"
    route {
      matchers        = ["severity=~\"info|none\"", "team!=a"]
      receiver        = receiver.nobody
      group_by        = ["..."]
      group_wait      = "10s"
      group_interval  = "7m"
      repeat_interval = "6h"
      continue        = true
      mute_time       = [mute_time.weekends]
      route {
        matchers    = ["severity=none"]
        active_time = [mute_time.weekends, mute_time.january]
      }
    }
  }
  inhibit {
    source = ["severity=critical"]
    target = ["severity=warning"]
    equal  = ["job", "cluster"]
  }
  template "team" {
    content = "{{ define \"team.title\" }}{{ .Status | toUpper }}{{ end }}"
  }
  mute_time "weekends" {
    interval {
      weekdays = ["saturday", "sunday"]
      location = "Europe/Berlin"
    }
    interval {
      weekdays = ["friday"]
      times {
        start_time = "18:00"
        end_time   = "24:00"
      }
    }
  }
  mute_time "january" {
    interval {
      days_of_month = ["1:5", "-3:-1"]
      months        = ["january"]
      years         = ["2027:2028"]
    }
  }
}
