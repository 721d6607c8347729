system "limits" {}

image "busybox" {
  pull = "busybox:1.36"
}

service "job" {
  image      = image.busybox
  command    = ["sleep", "1000"]
  pids_limit = 200
  blkio_config = {
    device_read_bps = [{ path = "/dev/sda", rate = "12582912" }]
    weight          = 300
  }
  cgroup_parent    = "jobs.slice"
  cpu_shares       = 512
  cpuset           = "0,1"
  mem_swappiness   = "10"
  memswap_limit    = "1g"
  oom_kill_disable = true
  storage_opt      = { size = "10G" }

  resources {
    memory = "512m"
    cpus   = 1.5
  }

  deploy = {
    labels          = { x = "y" }
    rollback_config = { parallelism = 1 }
    update_config = {
      delay       = "10s"
      order       = "start-first"
      parallelism = 1
    }
  }
}
