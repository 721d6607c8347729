system "omega" {
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
  scrape_interval = "0s"   # ERROR OG028: must be above zero
  config_path     = "etc"  # ERROR OG028: must be an absolute path
}

alert "Twice" {
  expr        = "up == 0"
  severity    = "critical"
  summary     = "x"
  labels      = { severity = "warning" } # ERROR OG500: gives "severity" both
  annotations = { summary = "y" }        # ERROR OG500: gives "summary" both
}

dashboard "d" {
  panel "Nothing" { # ERROR OG501: asks for nothing
  }
  panel "Legend" {
    legend = "x" # ERROR OG502: no `expr` that it belongs to
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
  variable "empty" { # ERROR OG505: no `query` to take its values from
  }
  variable "datasource" { # ERROR OG506: can't be called "datasource"
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
