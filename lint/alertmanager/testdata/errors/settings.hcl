# What Alertmanager, or the pinned version of it, refuses.
system "s" {}
image "alertmanager" {
  pull = "prom/alertmanager:v0.25.0"
}
secret "x" {
  from = "prompt"
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
    slack_app_token = secret.x # ERROR OG586: needs Alertmanager 0.30.0
    smtp_smarthorst = "a:25"   # ERROR OG586: Did you mean smtp_smarthost?
  }
  receiver "team" {
    webhook {
      url = secret.x # ERROR OG586: needs Alertmanager 0.26.0
    }
    msteams { # ERROR OG586: `msteams` needs Alertmanager 0.26.0
      webhook_url = "https://example.org"
    }
    slack {
      channel = secret.x # ERROR OG586: takes no secret
      http_config {
        basic_auth {
          user_name = "x" # ERROR OG586: Did you mean username?
        }
      }
      fields = [{ titel = "x" }] # ERROR OG586: has no key "fields.titel"
    }
  }
  route {
    receiver = receiver.team
    group_by = ["a", "a"] # ERROR OG585: duplicated label "a"
    route {
      matchers = ["a=~\"(\""] # ERROR OG585: the matchers of the route
      route {
        matchers = ["b=c"]
        group_by = ["...", "a"] # ERROR OG585: cannot have wildcard
      }
    }
  }
  inhibit {
    source = ["a"] # ERROR OG585: `source` of the inhibition
    target = ["b=c"]
    equal  = [""] # ERROR OG585: invalid label name
  }
  mute_time "nights" {
    interval { # ERROR OG585: an interval of alertmanager.mute_time.nights
      times {
        start_time = "22:00"
        end_time   = "06:00"
      }
    }
    interval {
      weekdays = ["monday:friday"]
    }
  }
}
