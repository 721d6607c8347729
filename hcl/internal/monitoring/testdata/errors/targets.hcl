# Scrapes of targets that are no services, retention, flags.
system "s" {}

image "prometheus" {
  pull = "prom/prometheus:v2.30.0"
}

service "prometheus" {
  image = image.prometheus
}

secret "part" {
  from = "prompt"
}

prometheus {
  service        = service.prometheus
  retention      = "1h2d"   # ERROR OG514: "1h2d" is not a valid retention time.
  retention_size = "10 GiB" # ERROR OG514: "10 GiB" is not a valid size.

  flags {
    query_timeout                    = "0s" # ERROR OG028: The argument "query_timeout" must be greater than zero
    query_max_samples                = 0    # ERROR OG028: The argument "query_max_samples" must be greater than zero
    web_enable_remote_write_receiver = true # ERROR OG517: web_enable_remote_write_receiver needs Prometheus 2.33.0
    log_level                        = "verbose" # ERROR OG028: log_level
  }

  scrape "none" { # ERROR OG515: prometheus.scrape.none has no targets.
    interval = "5s"
  }

  scrape "misspelt" {
    target = ["a:1"] # ERROR OG011: Did you mean "targets"?
  }

  scrape "habit" {
    targets      = ["a:1"]
    metrics_path = "/x" # ERROR OG011: Write path = "/metrics".
  }

  scrape "plain" {
    targets  = ["b"] # ERROR OG516: "b" is not a valid target.
    path     = "x"   # ERROR OG518: The path "x" must start with a slash.
    interval = "5s"
    timeout  = "6s"            # ERROR OG518: The timeout is longer than the interval
    exports  = { a = "gague" } # ERROR OG518: Did you mean "gauge"?
  }

  scrape "hosts" {
    dns { # ERROR OG516: Records of the type A have no port.
      names = ["a"]
      type  = "A"
    }
    file {
      files = ["targets.txt"] # ERROR OG516: "targets.txt" doesn't.
    }
    http {
      bearer_token = "x${secret.part}" # ERROR OG509: A secret is a part of the text
    }
    relabel {
      action  = "hashmod"
      modulus = 0 # ERROR OG028: The argument "modulus" must be greater than zero
    }
  }
}
