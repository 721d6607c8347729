system "x" {
  compose = {
    services = {
      a = { environment = ["A=3"], hostname = "d" } # ERROR OG151: variable A # ERROR OG151: hostname
    }
  }
}

image "i" {
  pull = "example/unknown:1"
}
image "built" {
  dockerfile = "Dockerfile"
}
secret "pw" { from = "generated" }
secret "other" { from = "generated" }
volume "v" {}

service "a" {
  image      = image.i
  env        = { A = "1", SAME = "x", N = 1 }
  secret_env = { PW_FILE = secret.pw }
  labels     = { a = "b" }
  hostname   = "h"
  command    = ["run"]
  restart    = "always"
  sysctls    = { "net.core.somaxconn" = 1024 }
  ulimits {
    nofile = 5
  }
  dns = ["1.1.1.1"]
  mount "/data" {
    volume = volume.v
  }
  healthcheck {
    command  = ["true"]
    interval = "5s"
  }
  harden {
    user = "7"
  }
  compose = {
    environment = { A = "2", PW_FILE = "/x", SAME = "x", N = 1, NEW = "1" } # ERROR OG151: service.a already has the variable A, at main.hcl:21,22-25. `compose` can add to what a block says # ERROR OG151: variable PW_FILE
    labels      = ["a=c", "d=e"] # ERROR OG151: label a
    hostname    = "g" # ERROR OG151: hostname
    command     = "run" # ERROR OG151: command
    restart     = "always"
    user        = "8" # ERROR OG151: user
    image       = "other" # ERROR OG151: image
    sysctls     = ["net.core.somaxconn=1025"] # ERROR OG151: sysctls.net.core.somaxconn
    ulimits     = { nofile = 6, nproc = 7 } # ERROR OG151: ulimits.nofile
    dns         = "8.8.8.8"
    volumes     = ["/cache", "data:/data/", { type = "tmpfs", target = "/data" }] # ERROR OG151: mount at /data/ # ERROR OG151: mount at /data,
    secrets     = [{ source = "other", target = "pw" }, { source = "pw", target = "/x" }] # ERROR OG151: mount at /run/secrets/pw
    healthcheck = { test = ["NONE"], interval = "6s", retries = 4 } # ERROR OG151: a test in its healthcheck # ERROR OG151: interval in its healthcheck
  }
}

service "b" {
  image   = image.built
  compose = { build = { target = "x" }, pids_limit = 7, hostname = "h" } # ERROR OG151: build
}
