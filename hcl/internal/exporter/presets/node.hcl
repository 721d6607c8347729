# The host, by node_exporter. It sees the host's files at /host, read-only, and has none of the host's
# namespaces. So the collectors of the network, which would show the container's own, are off.

defaults {
  image    = image.EXPORTER
  interval = null
}

unless "image" {
  image "EXPORTER" {
    pull = "quay.io/prometheus/node-exporter:v1.9.0"
  }
}

service "EXPORTER" {
  image    = exporter.image
  networks = exporter.networks
  command = [
    "--path.rootfs=/host",
    "--path.procfs=/host/proc",
    "--path.sysfs=/host/sys",
    "--collector.disable-defaults",
    "--collector.cpu",
    "--collector.diskstats",
    "--collector.filefd",
    "--collector.filesystem",
    "--collector.loadavg",
    "--collector.meminfo",
    "--collector.pressure",
    "--collector.stat",
    "--collector.time",
    "--collector.timex",
    "--collector.uname",
    "--collector.vmstat",
  ]

  mount "/host" {
    bind        = "/"
    read_only   = true
    propagation = "rslave"
  }

  port "metrics" {
    container = 9100
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

alert "NodeExporterDown" {
  expr        = "up{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "warning"
  group       = "node"
  summary     = "{{ $labels.instance }} is down"
  description = "The host is not watched: no other alert about it can fire."
}

alert "NodeCollectorFailed" {
  expr        = "node_scrape_collector_success{job=~\"JOBS\",collector!=\"pressure\"} == 0"
  for         = "15m"
  severity    = "warning"
  group       = "node"
  summary     = "The collector {{ $labels.collector }} of {{ $labels.instance }} fails"
  description = "Its metrics are missing. The exporter's log says why."
}

alert "NodeFilesystemFull" {
  expr        = "node_filesystem_avail_bytes{job=~\"JOBS\",fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"} / node_filesystem_size_bytes{job=~\"JOBS\",fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"} < 0.05 and node_filesystem_readonly{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "critical"
  group       = "node"
  summary     = "{{ $labels.mountpoint }} has less than 5 % left"
  description = "Writes will fail. Remove images with docker image prune, old logs and backups, or enlarge it."

  test {
    series = {
      "node_filesystem_avail_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}" = "4x20"
      "node_filesystem_size_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"  = "100x20"
      "node_filesystem_readonly{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"    = "0x20"
    }
    at = "10m"
  }
  test {
    series = {
      "node_filesystem_avail_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"squashfs\",mountpoint=\"/snap\"}" = "0x20"
      "node_filesystem_size_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"squashfs\",mountpoint=\"/snap\"}"  = "100x20"
      "node_filesystem_readonly{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"squashfs\",mountpoint=\"/snap\"}"    = "0x20"
    }
    at    = "10m"
    fires = false
  }
}

alert "NodeFilesystemFillsUp" {
  expr        = "predict_linear(node_filesystem_avail_bytes{job=~\"JOBS\",fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"}[6h], 86400) < 0 and node_filesystem_avail_bytes{job=~\"JOBS\"} / node_filesystem_size_bytes{job=~\"JOBS\"} < 0.4 and node_filesystem_readonly{job=~\"JOBS\"} == 0"
  for         = "1h"
  severity    = "warning"
  group       = "node"
  summary     = "{{ $labels.mountpoint }} will be full within a day"
  description = "As fast as it has filled during the last six hours."

  test {
    series = {
      "node_filesystem_avail_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}" = "40000-50x600"
      "node_filesystem_size_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"  = "100000x600"
      "node_filesystem_readonly{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"    = "0x600"
    }
    at = "8h"
  }
  test {
    series = {
      "node_filesystem_avail_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}" = "30000-1x600"
      "node_filesystem_size_bytes{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"  = "100000x600"
      "node_filesystem_readonly{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"    = "0x600"
    }
    at    = "8h"
    fires = false
  }
}

alert "NodeFilesystemFewInodes" {
  expr        = "node_filesystem_files_free{job=~\"JOBS\"} / node_filesystem_files{job=~\"JOBS\"} < 0.05 and node_filesystem_readonly{job=~\"JOBS\"} == 0"
  for         = "15m"
  severity    = "warning"
  group       = "node"
  summary     = "{{ $labels.mountpoint }} has less than 5 % of its inodes left"
  description = "New files will be refused, though there is space. Look for a folder with very many small files."

  test {
    series = {
      "node_filesystem_files_free{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}" = "4x30"
      "node_filesystem_files{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"      = "100x30"
      "node_filesystem_readonly{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"   = "0x30"
    }
    at = "20m"
  }
  test {
    series = {
      "node_filesystem_files_free{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}" = "40x30"
      "node_filesystem_files{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"      = "100x30"
      "node_filesystem_readonly{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\",fstype=\"ext4\",mountpoint=\"/\"}"   = "0x30"
    }
    at    = "20m"
    fires = false
  }
}

alert "NodeMemoryLow" {
  expr        = "node_memory_MemAvailable_bytes{job=~\"JOBS\"} / node_memory_MemTotal_bytes{job=~\"JOBS\"} < 0.1"
  for         = "15m"
  severity    = "warning"
  group       = "node"
  summary     = "The host has less than 10 % of its memory available"
  description = "The kernel will soon kill processes. Limit the memory of containers, or add some."

  test {
    series = {
      "node_memory_MemAvailable_bytes{job=\"FIRST\",instance=\"FIRST:9100\"}" = "5x30"
      "node_memory_MemTotal_bytes{job=\"FIRST\",instance=\"FIRST:9100\"}"     = "100x30"
    }
    at = "20m"
  }
  test {
    series = {
      "node_memory_MemAvailable_bytes{job=\"FIRST\",instance=\"FIRST:9100\"}" = "50x30"
      "node_memory_MemTotal_bytes{job=\"FIRST\",instance=\"FIRST:9100\"}"     = "100x30"
    }
    at    = "20m"
    fires = false
  }
}

alert "NodeOutOfMemory" {
  expr        = "increase(node_vmstat_oom_kill{job=~\"JOBS\"}[10m]) > 0"
  severity    = "critical"
  group       = "node"
  summary     = "The kernel has killed a process for lack of memory"
  description = "The kernel's log names it. In a container that is its memory limit, or the host's memory is exhausted."

  test {
    series = { "node_vmstat_oom_kill{job=\"FIRST\",instance=\"FIRST:9100\"}" = "0x5 1x10" }
    at     = "8m"
  }
  test {
    series = { "node_vmstat_oom_kill{job=\"FIRST\",instance=\"FIRST:9100\"}" = "7x20" }
    at     = "15m"
    fires  = false
  }
}

alert "NodeProcessorsBusy" {
  expr        = "1 - avg by (job, instance) (rate(node_cpu_seconds_total{job=~\"JOBS\",mode=\"idle\"}[5m])) > 0.9"
  for         = "30m"
  severity    = "warning"
  group       = "node"
  summary     = "The processors have been more than 90 % busy for half an hour"
  description = "Requests wait for a processor. The dashboard shows in which mode they are busy."

  test {
    series = { "node_cpu_seconds_total{job=\"FIRST\",instance=\"FIRST:9100\",cpu=\"0\",mode=\"idle\"}" = "0+3x60" }
    at     = "45m"
  }
  test {
    series = { "node_cpu_seconds_total{job=\"FIRST\",instance=\"FIRST:9100\",cpu=\"0\",mode=\"idle\"}" = "0+30x60" }
    at     = "45m"
    fires  = false
  }
}

alert "NodeDiskBusy" {
  expr        = "rate(node_disk_io_time_weighted_seconds_total{job=~\"JOBS\"}[5m]) > 10"
  for         = "30m"
  severity    = "warning"
  group       = "node"
  summary     = "More than ten requests wait for the disk {{ $labels.device }}"
  description = "On average, for half an hour. Everything that writes is slow, databases first."

  test {
    series = { "node_disk_io_time_weighted_seconds_total{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\"}" = "0+1200x60" }
    at     = "45m"
  }
  test {
    series = { "node_disk_io_time_weighted_seconds_total{job=\"FIRST\",instance=\"FIRST:9100\",device=\"a\"}" = "0+60x60" }
    at     = "45m"
    fires  = false
  }
}

alert "NodeFileDescriptorsNearLimit" {
  expr        = "node_filefd_allocated{job=~\"JOBS\"} / node_filefd_maximum{job=~\"JOBS\"} > 0.8"
  for         = "15m"
  severity    = "warning"
  group       = "node"
  summary     = "More than 80 % of the host's file descriptors are in use"
  description = "At the limit, nothing can open a file or a connection. Look for a process that doesn't close them."

  test {
    series = {
      "node_filefd_allocated{job=\"FIRST\",instance=\"FIRST:9100\"}" = "90x30"
      "node_filefd_maximum{job=\"FIRST\",instance=\"FIRST:9100\"}"   = "100x30"
    }
    at = "20m"
  }
  test {
    series = {
      "node_filefd_allocated{job=\"FIRST\",instance=\"FIRST:9100\"}" = "10x30"
      "node_filefd_maximum{job=\"FIRST\",instance=\"FIRST:9100\"}"   = "100x30"
    }
    at    = "20m"
    fires = false
  }
}

alert "NodeClockNotSynchronised" {
  expr        = "node_timex_sync_status{job=~\"JOBS\"} == 0 and node_timex_maxerror_seconds{job=~\"JOBS\"} >= 16"
  for         = "15m"
  severity    = "warning"
  group       = "node"
  summary     = "The host's clock isn't synchronised"
  description = "Certificates, tokens and the order of log lines depend on it. Run an NTP client on the host."

  test {
    series = {
      "node_timex_sync_status{job=\"FIRST\",instance=\"FIRST:9100\"}"      = "0x30"
      "node_timex_maxerror_seconds{job=\"FIRST\",instance=\"FIRST:9100\"}" = "16x30"
    }
    at = "20m"
  }
  test {
    series = {
      "node_timex_sync_status{job=\"FIRST\",instance=\"FIRST:9100\"}"      = "1x30"
      "node_timex_maxerror_seconds{job=\"FIRST\",instance=\"FIRST:9100\"}" = "0x30"
    }
    at    = "20m"
    fires = false
  }
}

dashboard "exporter-node" {
  title       = "Host"
  description = "Utilisation, saturation and errors of processors, memory, disks and file systems."
  tags        = ["host"]

  variable "instance" {
    label = "Instance"
  }

  row "Processors" {
    panel "Utilisation" {
      unit        = "percentunit"
      min         = 0
      max         = 1
      description = "The part of the time that the processors aren't idle."
      expr        = "1 - avg by (instance) (rate(node_cpu_seconds_total{job=~\"JOBS\",instance=~\"$instance\",mode=\"idle\"}[$__rate_interval]))"
      legend      = "{{instance}}"
    }
    panel "Modes" {
      unit        = "percentunit"
      min         = 0
      description = "What they do: user is programs, iowait is waiting for disks, steal is time that the hypervisor gave to others."
      expr        = "avg by (instance, mode) (rate(node_cpu_seconds_total{job=~\"JOBS\",instance=~\"$instance\",mode!=\"idle\"}[$__rate_interval]))"
      legend      = "{{mode}}"
      stack       = true
    }
    panel "Load by processor" {
      min         = 0
      description = "Running and waiting processes, by processor. Above 1 they wait."
      expr        = "node_load5{job=~\"JOBS\",instance=~\"$instance\"} / on(job, instance) count by (job, instance) (node_cpu_seconds_total{job=~\"JOBS\",instance=~\"$instance\",mode=\"idle\"})"
      legend      = "{{instance}}"
    }
  }

  row "Memory" {
    panel "Available" {
      unit        = "percentunit"
      min         = 0
      max         = 1
      description = "What programs can still get without swapping."
      expr        = "node_memory_MemAvailable_bytes{job=~\"JOBS\",instance=~\"$instance\"} / node_memory_MemTotal_bytes{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Swapping" {
      unit        = "ops"
      min         = 0
      description = "Pages that are swapped in and out. More than a few mean that memory is short."
      query {
        expr   = "rate(node_vmstat_pswpin{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
        legend = "in"
      }
      query {
        expr   = "rate(node_vmstat_pswpout{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
        legend = "out"
      }
    }
    panel "Killed for lack of memory" {
      min         = 0
      description = "Processes that the kernel has killed."
      expr        = "increase(node_vmstat_oom_kill{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
      legend      = "{{instance}}"
    }
  }

  row "Disks" {
    panel "Utilisation of disks" {
      unit        = "percentunit"
      min         = 0
      description = "The part of the time that a disk has work."
      expr        = "rate(node_disk_io_time_seconds_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
      legend      = "{{device}}"
    }
    panel "Waiting requests" {
      min         = 0
      description = "The average length of a disk's queue."
      expr        = "rate(node_disk_io_time_weighted_seconds_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
      legend      = "{{device}}"
    }
    panel "Throughput" {
      unit        = "Bps"
      min         = 0
      description = "What is read and written."
      query {
        expr   = "rate(node_disk_read_bytes_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
        legend = "read {{device}}"
      }
      query {
        expr   = "rate(node_disk_written_bytes_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
        legend = "written {{device}}"
      }
    }
  }

  row "File systems" {
    panel "Space left" {
      unit        = "percentunit"
      min         = 0
      max         = 1
      description = "For users other than root."
      expr        = "node_filesystem_avail_bytes{job=~\"JOBS\",instance=~\"$instance\",fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"} / node_filesystem_size_bytes{job=~\"JOBS\",instance=~\"$instance\",fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"}"
      legend      = "{{mountpoint}}"
    }
    panel "Inodes left" {
      unit        = "percentunit"
      min         = 0
      max         = 1
      description = "How many more files each can have."
      expr        = "node_filesystem_files_free{job=~\"JOBS\",instance=~\"$instance\"} / node_filesystem_files{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{mountpoint}}"
    }
    panel "Open files" {
      min         = 0
      description = "File descriptors in use."
      expr        = "node_filefd_allocated{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
  }
}
