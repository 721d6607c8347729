# Where alerts go, as far as their labels are known.
system "s" {}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}
service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}
service "alertmanager" {
  image = image.alertmanager
  port "http" {
    container = 9093
  }
}
prometheus {
  service         = service.prometheus
  external_labels = { cluster = "blue" }
}
alert "Down" {
  expr     = "up == 0"
  severity = "critical"
}
alert "Slow" { # WARNING OG587: goes to alertmanager.receiver.nobody, which has no integrations
  expr     = "up == 1"
  severity = "info"
}
alert "Quiet" {
  expr     = "up == 2"
  severity = "none"
}
alertmanager {
  service = service.alertmanager
  receiver "team" {
    webhook {
      url = "https://hooks.example.org"
    }
  }
  receiver "nobody" {}
  receiver "boss" {} # WARNING OG588: No route leads to alertmanager.receiver.boss
  route {
    receiver = receiver.team
    route {
      matchers = ["severity=~info|none"]
      receiver = receiver.nobody
      route {
        matchers = ["alertname=Down"] # WARNING OG589: None of the manifest's alerts takes this route
      }
    }
    route {
      matchers = ["cluster=green"] # WARNING OG589: None of the manifest's alerts takes this route
    }
    route {
      matchers = ["cluster=blue", "job=shop"]
    }
  }
  inhibit {
    source = ["severity=critical"]
    target = ["severity=warning"] # WARNING OG590: has labels that `target` can match
  }
  inhibit {
    source = ["alertname=Gone"] # WARNING OG590: has labels that `source` can match
    target = ["severity=info"]
  }
  inhibit {
    source = ["severity=critical"]
    target = ["severity=info"]
    equal  = ["cluster", "severity"] # WARNING OG590: have different values of the labels in `equal`
  }
  inhibit {
    source = ["severity=critical"]
    target = ["severity=info"]
    equal  = ["cluster", "job"]
  }
}
