# Redis and Valkey, by redis_exporter, which sends INFO, CONFIG GET, SLOWLOG and LATENCY.

defaults {
  image    = image.EXPORTER
  interval = null
  port     = 6379
}

unless "image" {
  image "EXPORTER" {
    pull = "oliver006/redis_exporter:v1.69.0-alpine"
  }
}

service "EXPORTER" {
  image    = exporter.image
  networks = exporter.networks
  profiles = exporter.profiles
  env      = exporter.env
  exposed  = exporter.exposed
  reason   = exporter.reason

  port "metrics" {
    container = 9121
  }

  scrape "metrics" {
    interval = exporter.interval
    exports  = exporter.exports
  }

  resources {
    memory = "64MB"
  }

  harden {
    read_only = true
  }
}

alert "RedisDown" {
  expr        = "redis_up{job=~\"JOBS\"} == 0"
  for         = "1m"
  severity    = "critical"
  group       = "redis"
  summary     = "Redis doesn't answer {{ $labels.instance }}"
  description = "The exporter has not been able to connect for a minute: the server is down, or refuses the password."
}

alert "RedisExporterDown" {
  expr        = "up{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "warning"
  group       = "redis"
  summary     = "{{ $labels.instance }} is down"
  description = "Redis is not watched: no other alert about it can fire."
}

alert "RedisMemoryNearLimit" {
  expr        = "redis_memory_used_bytes{job=~\"JOBS\"} / redis_memory_max_bytes{job=~\"JOBS\"} > 0.9 and redis_memory_max_bytes{job=~\"JOBS\"} > 0"
  for         = "15m"
  severity    = "warning"
  group       = "redis"
  summary     = "Redis behind {{ $labels.instance }} uses more than 90 % of maxmemory"
  description = "At the limit it evicts keys or refuses writes, as maxmemory-policy says."

  test {
    series = {
      "redis_memory_used_bytes{job=\"FIRST\",instance=\"FIRST:9121\"}" = "95x30"
      "redis_memory_max_bytes{job=\"FIRST\",instance=\"FIRST:9121\"}"  = "100x30"
    }
    at = "20m"
  }
  test {
    series = {
      "redis_memory_used_bytes{job=\"FIRST\",instance=\"FIRST:9121\"}" = "95x30"
      "redis_memory_max_bytes{job=\"FIRST\",instance=\"FIRST:9121\"}"  = "0x30"
    }
    at    = "20m"
    fires = false
  }
}

alert "RedisRejectsConnections" {
  expr        = "increase(redis_rejected_connections_total{job=~\"JOBS\"}[5m]) > 0"
  severity    = "warning"
  group       = "redis"
  summary     = "Redis behind {{ $labels.instance }} refuses connections"
  description = "It has as many clients as maxclients permits. Look for clients that don't close theirs."

  test {
    series = { "redis_rejected_connections_total{job=\"FIRST\",instance=\"FIRST:9121\"}" = "0+1x20" }
    at     = "10m"
  }
  test {
    series = { "redis_rejected_connections_total{job=\"FIRST\",instance=\"FIRST:9121\"}" = "5x20" }
    at     = "10m"
    fires  = false
  }
}

alert "RedisSaveFails" {
  expr        = "redis_rdb_last_bgsave_status{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "critical"
  group       = "redis"
  summary     = "Redis behind {{ $labels.instance }} can't save its data"
  description = "The last snapshot failed, mostly for lack of space or memory. By default the server now refuses writes."
}

dashboard "exporter-redis" {
  title       = "Redis"
  description = "Does it answer, how much does it hold, and how well does it cache?"
  tags        = ["redis"]

  variable "instance" {
    label = "Instance"
  }

  row "Redis" {
    panel "Up" {
      type        = "stat"
      description = "1 if the exporter can connect."
      expr        = "redis_up{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Hits" {
      type        = "stat"
      unit        = "percentunit"
      description = "The part of the lookups that find a key."
      expr        = "rate(redis_keyspace_hits_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]) / (rate(redis_keyspace_hits_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]) + rate(redis_keyspace_misses_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
      legend      = "{{instance}}"
    }
    panel "Memory" {
      unit        = "bytes"
      min         = 0
      description = "Used memory, and the limit; 0 is none."
      query {
        expr   = "redis_memory_used_bytes{job=~\"JOBS\",instance=~\"$instance\"}"
        legend = "used {{instance}}"
      }
      query {
        expr   = "redis_memory_max_bytes{job=~\"JOBS\",instance=~\"$instance\"}"
        legend = "limit {{instance}}"
      }
    }
    panel "Clients" {
      min         = 0
      description = "Connected clients."
      expr        = "redis_connected_clients{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Commands" {
      unit        = "ops"
      min         = 0
      description = "The ten most frequent commands."
      expr        = "topk(10, rate(redis_commands_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
      legend      = "{{cmd}}"
    }
    panel "Time by command" {
      unit        = "s"
      min         = 0
      description = "The average time of a command."
      expr        = "rate(redis_commands_duration_seconds_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]) / rate(redis_commands_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
      legend      = "{{cmd}}"
    }
    panel "Keys" {
      min         = 0
      description = "By database."
      expr        = "redis_db_keys{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}} {{db}}"
    }
    panel "Evicted and expired keys" {
      unit        = "ops"
      min         = 0
      description = "Evicted for lack of memory, and expired."
      query {
        expr   = "rate(redis_evicted_keys_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
        legend = "evicted {{instance}}"
      }
      query {
        expr   = "rate(redis_expired_keys_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
        legend = "expired {{instance}}"
      }
    }
  }
}
