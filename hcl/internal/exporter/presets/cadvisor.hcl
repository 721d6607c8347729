# Containers, by cAdvisor. It reads the host's files, control groups and the engine's socket, all mounted read-only, and the
# kernel's log for processes that were killed for lack of memory. It isn't privileged: of root's capabilities it has the one
# that reads all files, and the one that reads the kernel's log.

defaults {
  image    = image.EXPORTER
  interval = null
}

unless "image" {
  image "EXPORTER" {
    pull = "ghcr.io/google/cadvisor:v0.53.0"
  }
}

service "EXPORTER" {
  image    = exporter.image
  networks = exporter.networks
  command = [
    "--docker_only=true",
    "--store_container_labels=false",
    "--housekeeping_interval=10s",
    "--enable_metrics=cpu,memory,network,disk,diskIO,oom_event",
  ]
  devices = ["/dev/kmsg"]

  mount "/rootfs" {
    bind        = "/"
    read_only   = true
    propagation = "rslave"
  }
  mount "/var/run" {
    bind      = "/var/run"
    read_only = true
  }
  mount "/sys" {
    bind      = "/sys"
    read_only = true
  }
  mount "/var/lib/docker" {
    bind      = "/var/lib/docker"
    read_only = true
  }
  mount "/dev/disk" {
    bind      = "/dev/disk"
    read_only = true
  }

  port "metrics" {
    container = 8080
  }

  scrape "metrics" {
    interval = exporter.interval
    exports  = exporter.exports
  }

  resources {
    memory = "256MB"
  }

  harden {
    no_new_privileges = true
    drop_caps         = true
    cap_add           = ["DAC_READ_SEARCH", "SYSLOG"]
    pids_limit        = 4096
    read_only         = true
    reason            = "cAdvisor reads the files of all containers and the kernel's log"
  }
}

alert "CadvisorDown" {
  expr        = "up{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "warning"
  group       = "cadvisor"
  summary     = "{{ $labels.instance }} is down"
  description = "The containers are not watched: no other alert about them can fire."
}

alert "CadvisorCollectFails" {
  expr        = "container_scrape_error{job=~\"JOBS\"} == 1"
  for         = "15m"
  severity    = "warning"
  group       = "cadvisor"
  summary     = "{{ $labels.instance }} can't read the containers"
  description = "Their metrics are missing. Its log says why; often the engine's socket is not at /var/run/docker.sock."
}

alert "ContainerMemoryNearLimit" {
  expr        = "container_memory_working_set_bytes{job=~\"JOBS\",name!=\"\"} / (container_spec_memory_limit_bytes{job=~\"JOBS\",name!=\"\"} > 0) > 0.9"
  for         = "10m"
  severity    = "warning"
  group       = "cadvisor"
  summary     = "{{ $labels.name }} uses more than 90 % of its memory limit"
  description = "At the limit the kernel kills one of its processes. Look for a leak, or raise the limit."

  test {
    series = {
      "container_memory_working_set_bytes{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}" = "95x20"
      "container_spec_memory_limit_bytes{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}"  = "100x20"
    }
    at = "15m"
  }
  test {
    series = {
      "container_memory_working_set_bytes{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}" = "95x20"
      "container_spec_memory_limit_bytes{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}"  = "0x20"
    }
    at    = "15m"
    fires = false
  }
}

alert "ContainerOutOfMemory" {
  expr        = "increase(container_oom_events_total{job=~\"JOBS\",name!=\"\"}[10m]) > 0"
  severity    = "critical"
  group       = "cadvisor"
  summary     = "The kernel has killed a process in {{ $labels.name }} for lack of memory"
  description = "The container has reached its limit, or the host has no memory left. The kernel's log names the process."

  test {
    series = {
      "container_oom_events_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}" = "0x5 1x10"
    }
    at = "8m"
  }
  test {
    series = {
      "container_oom_events_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}" = "3x20"
    }
    at    = "15m"
    fires = false
  }
}

alert "ContainerThrottled" {
  expr        = "rate(container_cpu_cfs_throttled_periods_total{job=~\"JOBS\",name!=\"\"}[5m]) / rate(container_cpu_cfs_periods_total{job=~\"JOBS\",name!=\"\"}[5m]) > 0.25"
  for         = "15m"
  severity    = "warning"
  group       = "cadvisor"
  summary     = "{{ $labels.name }} waits for processors in more than 25 % of the periods"
  description = "Its limit of processors slows it down, though the host may be idle. Raise `cpus`, or let it do less at once."

  test {
    series = {
      "container_cpu_cfs_throttled_periods_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}" = "0+300x30"
      "container_cpu_cfs_periods_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}"           = "0+600x30"
    }
    at = "25m"
  }
  test {
    series = {
      "container_cpu_cfs_throttled_periods_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}" = "0+6x30"
      "container_cpu_cfs_periods_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\"}"           = "0+600x30"
    }
    at    = "25m"
    fires = false
  }
}

alert "ContainerRestarts" {
  expr        = "resets(container_cpu_usage_seconds_total{job=~\"JOBS\",name!=\"\"}[15m]) > 2"
  severity    = "warning"
  group       = "cadvisor"
  summary     = "{{ $labels.name }} has restarted more than twice in 15 minutes"
  description = "Its processor time began at 0 again each time. Its log says why it ends."

  test {
    series = {
      "container_cpu_usage_seconds_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\",cpu=\"total\"}" = "5 1 2 1 2 1 2 1 2 3 4"
    }
    at = "10m"
  }
  test {
    series = {
      "container_cpu_usage_seconds_total{job=\"FIRST\",instance=\"FIRST:8080\",id=\"/a\",name=\"web\",cpu=\"total\"}" = "5 1 2 3 4 5 6 7 8 9 10"
    }
    at    = "10m"
    fires = false
  }
}

dashboard "exporter-cadvisor" {
  title       = "Containers"
  description = "What each container uses of the host, and of its limits."
  tags        = ["container"]

  variable "instance" {
    label = "Instance"
  }
  variable "container" {
    label       = "Container"
    query       = "label_values(container_last_seen{job=~\"JOBS\",name!=\"\"}, name)"
    multi       = true
    include_all = true
  }

  row "Processors" {
    panel "Processors used" {
      min         = 0
      description = "How many processors it keeps busy."
      expr        = "sum by (name) (rate(container_cpu_usage_seconds_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
      legend      = "{{name}}"
    }
    panel "Throttled" {
      unit        = "percentunit"
      min         = 0
      max         = 1
      description = "In how many of the periods it had to wait, because its limit was reached."
      expr        = "sum by (name) (rate(container_cpu_cfs_throttled_periods_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval])) / sum by (name) (rate(container_cpu_cfs_periods_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
      legend      = "{{name}}"
    }
    panel "Restarts" {
      min         = 0
      description = "How often it has restarted within an hour: its processor time began at 0 again."
      expr        = "sum by (name) (resets(container_cpu_usage_seconds_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[1h]))"
      legend      = "{{name}}"
    }
  }

  row "Memory" {
    panel "Memory used" {
      unit        = "bytes"
      min         = 0
      description = "The working set: what the kernel can not take back."
      expr        = "sum by (name) (container_memory_working_set_bytes{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"})"
      legend      = "{{name}}"
    }
    panel "Of the limit" {
      unit        = "percentunit"
      min         = 0
      max         = 1
      description = "The working set by the limit, of containers with one. At 1, a process is killed."
      expr        = "sum by (name) (container_memory_working_set_bytes{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}) / (sum by (name) (container_spec_memory_limit_bytes{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}) > 0)"
      legend      = "{{name}}"
    }
    panel "Killed for lack of memory" {
      min         = 0
      description = "Processes that the kernel has killed."
      expr        = "sum by (name) (increase(container_oom_events_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
      legend      = "{{name}}"
    }
  }

  row "Network" {
    panel "Received" {
      unit        = "Bps"
      min         = 0
      description = "By all interfaces of the container."
      expr        = "sum by (name) (rate(container_network_receive_bytes_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
      legend      = "{{name}}"
    }
    panel "Sent" {
      unit        = "Bps"
      min         = 0
      description = "By all interfaces of the container."
      expr        = "sum by (name) (rate(container_network_transmit_bytes_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
      legend      = "{{name}}"
    }
    panel "Lost packets" {
      unit        = "pps"
      min         = 0
      description = "Dropped packets and errors."
      query {
        expr   = "sum by (name) (rate(container_network_receive_packets_dropped_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval])) + sum by (name) (rate(container_network_receive_errors_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
        legend = "{{name}} received"
      }
      query {
        expr   = "sum by (name) (rate(container_network_transmit_packets_dropped_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval])) + sum by (name) (rate(container_network_transmit_errors_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
        legend = "{{name}} sent"
      }
    }
  }

  row "File systems" {
    panel "Space used" {
      unit        = "bytes"
      min         = 0
      description = "By what the container has written outside of volumes."
      expr        = "sum by (name) (container_fs_usage_bytes{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"})"
      legend      = "{{name}}"
    }
    panel "Read" {
      unit        = "Bps"
      min         = 0
      description = "From all devices."
      expr        = "sum by (name) (rate(container_fs_reads_bytes_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
      legend      = "{{name}}"
    }
    panel "Written" {
      unit        = "Bps"
      min         = 0
      description = "To all devices."
      expr        = "sum by (name) (rate(container_fs_writes_bytes_total{job=~\"JOBS\",instance=~\"$instance\",name=~\"$container\",name!=\"\"}[$__rate_interval]))"
      legend      = "{{name}}"
    }
  }
}
