# What a receiver misses, with the global settings.
system "s" {}
image "alertmanager" {
  pull = "prom/alertmanager:v0.35.0"
}
service "alertmanager" {
  image = image.alertmanager
  port "http" {
    container = 9093
  }
}
alertmanager {
  service = service.alertmanager
  global {
    smtp_smarthost = "a:25"
  }
  receiver "team" {
    email { # ERROR OG585: no global SMTP from set
      to = "a@example.org"
    }
    email {
      to   = "a@example.org"
      from = "b@example.org"
    }
    pagerduty { # ERROR OG585: routing
    }
    webhook { # ERROR OG585: one of url or url_file must be configured
    }
    telegram {
      bot_token = "x"
      chat_id   = 5
    }
    webhook { # ERROR OG585: cannot unmarshal
      url        = "https://example.org"
      max_alerts = "many"
    }
  }
  route {
    receiver = receiver.team
  }
}
