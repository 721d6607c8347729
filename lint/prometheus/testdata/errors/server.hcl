# What the server of the manifest doesn't read, or is too old for.
system "s" {}

image "prometheus" {
  pull = "prom/prometheus:v2.30.0"
}

service "prometheus" {
  image = image.prometheus
}

service "app" {
  image = image.prometheus

  port "metrics" {
    container = 9100
  }

  scrape "metrics" {
    relabel {
      source_labels = ["a"]
      regex         = "(" # ERROR OG583: Prometheus doesn't read `regex` of the relabelling of service.app.scrape.metrics
      target_label  = "b"
    }
    metric_relabel { # ERROR OG583: relabel configuration for replace action requires 'target_label' value
      source_labels = ["a"]
    }
  }
}

prometheus {
  service = service.prometheus

  scrape "hosts" {
    targets = ["a:1"]

    http { # ERROR OG583: Prometheus doesn't read `http` of prometheus.scrape.hosts
      basic_aut {
        username = "x"
      }
    }
  }

  scrape "probes" {
    targets = ["https://example.org"]

    relabel {
      source_labels = ["__address__"]
      target_label  = "__param_target"
    }
    relabel {
      target_label = "__address__"
      replacement  = "prober:9115"
    }
  }

  scrape "letters" {
    targets = ["a:1"]

    relabel {
      source_labels = ["a", "b"]
      target_label  = "c"
      action        = "uppercase" # ERROR OG584: The action "uppercase" needs Prometheus 2.36.0
    }
  }

  remote_write { # ERROR OG583: Prometheus doesn't read `remote_write`: url for remote_write is empty
    name = "x"
  }

  remote_write {
    url                    = "https://metrics.example.org/write"
    send_native_histograms = true # ERROR OG584: The key "send_native_histograms" needs Prometheus 2.40.0
  }
}
