system "shop" {}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}

prometheus {
  service = service.prometheus
}

alert "Down" {
  expr     = "up == 0"
  for      = "5m"
  severity = "critical"
  summary  = "A target is down"
}

image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}

service "alertmanager" {
  image = image.alertmanager
  port "http" {
    container = 9093
  }
}

alertmanager {
  service = service.alertmanager
  template "team" {
    content = "{{ define \"team.title\" }}{{ .Status | toUpper }}{{ end }}"
  }
  receiver "team" {
    slack {
      api_url = "https://hooks.slack.example.org"
      title   = "{{ template \"team.title\" . }} {{ (index .Alerts 3).Labels.job }}"
      text    = "{{ template \"team.text\" . }}" # ERROR OG592: "team.text" not defined
      fields  = [{ title = "{{ .Status | upper }}", value = "x" }] # ERROR OG592: function "upper" not defined
      pretext = "{{ if }}" # ERROR OG592: missing value for if
    }
  }
  route {
    receiver = receiver.team
  }
}
