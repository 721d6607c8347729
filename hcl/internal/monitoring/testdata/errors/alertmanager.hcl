# Mistakes in the blocks of delivery, and of rule groups.
system "s" {}
image "any" {
  pull = "example/any:1"
}
secret "token" {
  from = "prompt"
}
service "am" {
  image = image.any
  port "http" {
    container = 9093
  }
  healthcheck {
    shell = "true"
  }
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
  service     = service.prometheus
  runbook_url = "wiki/RUNBOOK.md" # ERROR OG510: the system has no `source`
}
rule_group "s" {
  interval = "0s" # ERROR OG028: greater than zero
  limit    = 0    # ERROR OG028: greater than zero
}
alertmanager {
  service     = service.am
  port        = "htpp" # ERROR OG504: Did you mean "http"?
  config_path = "etc"  # ERROR OG028: must be an absolute path
  receiver "team" {
    slack {
      api_url = "x${secret.token}" # ERROR OG509: A secret is a part of the text
      text    = secret.token
      field "x" { # ERROR OG509: has no label
        value = "y"
      }
    }
    webhook { # ERROR OG509: The key "url_file" is set twice
      url      = secret.token
      url_file = secret.token
    }
    hipchat { # ERROR OG010: "hipchat"
    }
  }
  route {
    matchers = ["a=b"] # ERROR OG011: The root takes all alerts
    route {
      matchers        = ["a=b"]
      receiver        = receiver.teem # ERROR OG022: Did you mean
      group_interval  = "0s"          # ERROR OG028: greater than zero
      mute_time       = [mute_time.nights]
    }
    route { # ERROR OG012: matchers
      receiver = receiver.team
    }
  }
  inhibit {
    source_matchers = ["severity=critical"] # ERROR OG011: Write source = ["severity=critical"].
    target_match    = ["severity=warning"]  # ERROR OG011: Write target = ["severity=warning"].
  }
  receiver "slack" {
    slack_configs = [{ channel = "#a" }] # ERROR OG011: Write a block for each: slack { … }.
  }
  mute_time "nights" { # ERROR OG017: interval
  }
}
