system "ci" {
  defaults {
    bind = "0.0.0.0"
  }
}

volume "cache" {}

volume "gitea" {}

image "gitea" {
  pull = "gitea/gitea:1.24"
}

image "act_runner" {
  pull = "gitea/act_runner:0.2"
}

service "gitea" {
  image = image.gitea
  env   = { GITEA__database__DB_TYPE = "sqlite3", USER_UID = 1000 }

  port "http" {
    container = 3000
    host      = 3000
  }
  port "ssh" {
    container = 22
    host      = 2222
  }

  mount "/data" {
    volume = volume.gitea
  }
  mount "/scratch" {
    tmpfs = true
    mode  = "700"
    size  = "64m"
  }
}

service "runner" {
  image = image.act_runner
  blkio_config = {
    device_read_bps = [{ path = "/dev/sda", rate = "12582912" }]
    weight          = 300
  }
  cgroup_parent = "m-executor"
  security_opt  = ["seccomp=unconfined", "label:disable"]
  storage_opt   = { size = "1G" }
  userns_mode   = "host"

  mount "/var/run/docker.sock" {
    bind = "/var/run/docker.sock"
  }
  mount "/cache" {
    volume  = volume.cache
    subpath = "runner"
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}
