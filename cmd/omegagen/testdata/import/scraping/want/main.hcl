system "scraping" {}

parameter "retention" {
  default = "15d"
}

volume "tsdb" {}

image "api" {
  pull = "registry.example.org/api:1"
}

image "prometheus" {
  pull = "quay.io/prometheus/prometheus:v2.54.1"
}

image "redis" {
  pull = "redis:7"
}

image "redis_exporter" {
  pull = "oliver006/redis_exporter:v1.67.0"
}

service "api" {
  image    = image.api
  replicas = 2
  env      = { SHARD = replica.number }
}

service "metrics" {
  image   = image.prometheus
  command = ["--config.file=/config/prometheus.yml", "--storage.tsdb.retention.time=${parameter.retention}"]

  mount "/prometheus" {
    volume = volume.tsdb
  }
}

service "redis" {
  image = image.redis
}

service "redis-exporter" {
  image = image.redis_exporter
  env   = { REDIS_ADDR = "redis://${service.redis.host}:6379" }
}

# Everything that is scraped.
prometheus {
  service         = service.metrics
  scrape_interval = "1m"
  scrape_timeout  = "5s"
  config_path     = "/config"
  self_scrape     = false

  scrape "api" {
    targets = ["api-1:8080", "api-2:8080"]
    labels  = { tier = "backend" }
  }
  scrape "redis" {
    targets = ["${service.redis-exporter.host}:9121"]
  }
  scrape "router" {
    targets      = ["10.0.0.1:9116"]
    params       = { module = "snmp" }
    honor_labels = true
    path         = "/probe"
    scheme       = "https"

    relabel {
      source_labels = ["__address__"]
      regex         = "([^:]+):.*"
      target_label  = "instance"
    }

    metric_relabel {
      source_labels = ["__name__"]
      regex         = "go_.*"
      action        = "drop"
    }
  }
}

alert "RedisDown" {
  expr = "redis_up == 0"
  for  = "1m30s"
}
