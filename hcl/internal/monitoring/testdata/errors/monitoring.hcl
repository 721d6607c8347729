system "omega" {
  defaults {
    alert {
      labels          = { alertname = "X" } # ERROR OG500: The name of each alert is its label alertname
      keep_firing_for = "0s"                # ERROR OG028: must be greater than zero
    }
  }
}

image "any" {
  pull = "example/any:1"
}

service "prometheus" {
  image = image.any
  port "http" {
    container = 9090
  }
  healthcheck {
    shell = "true"
  }
}

prometheus {
  service         = service.prometheus
  port            = "htpp" # ERROR OG504: Did you mean "http"?
  scrape_interval = "0s"   # ERROR OG028: The argument "scrape_interval" must be greater than zero.
  runbook_url     = "../a" # ERROR OG028: or a path in the repository
  config_path     = "etc"  # ERROR OG028: must be an absolute path
}

alert "Twice" {
  expr        = "up == 0"
  severity    = "critical"
  summary     = "x"
  labels      = { severity = "warning" } # ERROR OG500: alert.Twice sets "severity" both with the argument `severity` and in `labels`. Remove one of the two.
  annotations = { summary = "y" }        # ERROR OG500: alert.Twice sets "summary" both with the argument `summary` and in `annotations`. Remove one of the two.
}

dashboard "d" {
  panel "Nothing" { # ERROR OG501: dashboard.d.panel.Nothing has no query. Add `expr`, or a `query` block.
  }
  panel "Legend" {
    legend = "x" # ERROR OG502: dashboard.d.panel.Legend has `legend`, but no `expr` to apply it to.
    query {
      expr = "up"
    }
  }
  panel "Text" {
    type = "text"
    expr = "up" # ERROR OG503: a text panel, which shows no query
  }
  panel "Content" {
    expr    = "up"
    content = "x" # ERROR OG503: shows no text
  }
  variable "empty" { # ERROR OG505: dashboard.d.variable.empty has no `query` from which to get its values. Add one.
  }
  variable "datasource" { # ERROR OG506: "datasource" is a reserved name for a dashboard variable. Choose another name.
    query = "label_values(up, job)"
  }
}

service "grafana" {
  image = image.any
  port "discovery" {
    container = 3000
    host      = 3000
    protocol  = "udp"
  }
}

grafana {
  service = service.grafana
  port    = "discovery" # ERROR OG504: has no TCP port "discovery"
}

criterion "discovery" {
  http {
    service = service.grafana
    port    = "discovery" # ERROR OG752: is UDP
  }
}

slo "one" {
  objective = 1 # ERROR OG511: With 1, no event may ever fail
  good      = "a_total{x=\"y\"}"
  total     = "a_total"
}

slo "percent" {
  objective = 99.95 # ERROR OG511: write 0.9995 or "99.95%"
  good      = "a_total{x=\"y\"}"
  total     = "a_total"
}

slo "all" {
  objective = "100%" # ERROR OG511: With 1, no event may ever fail
  good      = "a_total{x=\"y\"}"
  total     = "a_total"
}

slo "words" {
  objective = "three nines" # ERROR OG511: is neither a share nor a percentage
  good      = "a_total{x=\"y\"}"
  total     = "a_total"
}

slo "zero" {
  objective = 0 # ERROR OG511: Write a number between 0 and 1
  good      = "a_total{x=\"y\"}"
  total     = "a_total"
}
