system "x" {}

image "i" {
  pull = "debian:12"
}

secret "s" {}

volume "v" {}

service "none" { # ERROR OG012: "image"
}

service "many" {
  image    = image.i
  replicas = 0 # ERROR OG110: 0 replicas
}

service "names" {
  image          = image.i
  replicas       = 2
  container_name = "same" # ERROR OG113: ${replica.number}
}

service "names-1" { # ERROR OG114: replica 1 of service.names
  image          = image.i
  container_name = "-bad" # ERROR OG115: "-bad"
}

service "ports" {
  image = image.i
  port "zero" {
    container = 0 # ERROR OG111: 0 is not a valid port. Use a number from 1 to 65535.
  }
  port "big" {
    container = 80
    host      = 65536 # ERROR OG111: 65536
  }
  port "bind" {
    container = 80
    host      = 8000
    bind      = "localhost" # ERROR OG111: "localhost" is not a valid host address. Use one such as 127.0.0.1 or 0.0.0.0.
  }
  port "proto" {
    container = 80
    protocol  = "tpc" # ERROR OG028: Did you mean "tcp"?
  }
  port "twice" {
    container = 80
  }
  port "twice" { # ERROR OG015: port "twice" is already defined at main.hcl:48,3-15. Rename or remove one of the two.
    container = 81
  }
}

service "env" {
  image = image.i
  env = {
    "A=B" = "x"                # ERROR OG116: "A=B"
    LEAK  = "pw:${secret.s}"   # ERROR OG118: LEAK_FILE
    TWICE = "x"
    LIST  = ["a"] # ERROR OG027: The entry "LIST" of "env" must be a string
  }
  secret_env = {
    TWICE = secret.s # ERROR OG117: TWICE is also set in env, at main.hcl:61,13-16. Remove one of the two.
    WRONG = volume.v # ERROR OG025: volume.v is a volume
  }
  environment = {} # ERROR OG011: Write env
}

service "exposed" {
  image   = image.i
  exposed = true # ERROR OG119: no reason
  env = {
    OK = "pw:${secret.s}"
  }
}

service "mounts" {
  image = image.i
  mount "data" { # ERROR OG014: absolute path
    volume = volume.v
  }
  mount "/none" { # ERROR OG120: 0 sources
  }
  mount "/both" { # ERROR OG120: 2 sources
    volume = volume.v
    bind   = "/x"
  }
  mount "/size" {
    bind = "/x"
    size = "1MB" # ERROR OG120: Only a tmpfs
  }
  mount "/image" {
    file = image.i # ERROR OG025: image.i is an image
  }
}

service "restart" {
  image   = image.i
  restart = "unless-stoped" # ERROR OG124: "unless-stoped" is not a valid restart policy; use "no", "always", "unless-stopped", "on-failure" or "on-failure:3".
}

service "once" {
  image   = image.i
  oneshot = true
  restart = "always" # ERROR OG124: never completes
}

service "health_none" {
  image = image.i
  healthcheck { # ERROR OG125: The healthcheck has no test. Add one: command = […], shell = "…", http { … }, tcp { … } or sql { … }.
    interval = "10s"
  }
}

service "health_many" {
  image = image.i
  healthcheck { # ERROR OG125: The healthcheck has several tests: command, tcp. Keep one.
    command = ["true"]
    tcp {
      port = 80
    }
  }
}

service "health_port" {
  image = image.i
  port "http" {
    container = 80
  }
  healthcheck {
    http {
      port = "htpt" # ERROR OG132: Did you mean "http"?
      path = "x"    # ERROR OG125: The path "x" must start with a slash.
    }
    interval = "10" # ERROR OG028: must be a duration
  }
}

service "health_udp" {
  image = image.i
  port "dns" {
    container = 53
    protocol  = "udp"
  }
  healthcheck {
    tcp {
      port = "dns" # ERROR OG125: The port "dns" is UDP
    }
  }
}

service "scrape" {
  image = image.i
  port "dns" {
    container = 53
    protocol  = "udp"
  }
  scrape "metrics" { # ERROR OG132: has no port "metrics"
  }
  scrape "dns" { # ERROR OG126: UDP
    path = "metrics" # ERROR OG126: The path "metrics" must start with a slash.
    exports = {
      "a b" = "counter" # ERROR OG126: "a b" is not a valid metric name. Use letters, digits, underscores and colons, and don't start with a digit.
      ok    = "conter"  # ERROR OG126: Did you mean "counter"?
    }
  }
}

service "nothing" {
  image = [] # ERROR OG027: refers to none
}

service "null" {
  image = true ? null : image.i # ERROR OG027: refers to none
}

service "limits" {
  image = image.i
  resources {
    memory = "512" # ERROR OG127: forget the unit
    cpus   = 0     # ERROR OG127: greater than 0
  }
}

service "soft" {
  image      = image.i
  privileged = true  # ERROR OG119: privileged weakens
  user       = "0:0" # ERROR OG130: The user is root
  harden {
    init = false # a built image of which nothing is known has none anyway
  }
}

service "soft-keys" {
  image      = image.i
  init       = false
  pids_limit = -1
  cpus       = 0 # ERROR OG127: greater than 0
  mem_limit  = "1GB"
  resources {
    memory = "2GB" # ERROR OG129: "mem_limit" of the service
  }
}

service "soft-caps" {
  image   = image.i
  cap_add = ["CHOWN", "CAP_NET_ADMIN"] # ERROR OG119: cap_add weakens
}

service "soft-new" {
  image   = image.i
  compose = { privileged = true } # ERROR OG119: privileged weakens
}

service "soft-replica" {
  image    = image.i
  replicas = 2
  ipc      = replica.index == 0 ? "host" : "private" # ERROR OG119: ipc weakens
}

service "user" {
  image = image.i
  user  = "1000"
  harden {
    user = "1001" # ERROR OG129: Keep one
  }
}

service "keys" {
  image   = image.i
  compose = ["x"] # ERROR OG131: map of Compose keys
  ulimits = {}
  ulimits { # ERROR OG129: "ulimits" is also set as an argument, at main.hcl:234,3-10. Keep one of the two.
    nofile = 1
  }
  ports = ["80:80"] # ERROR OG011: a port block
}

service "health_replica" {
  image    = image.i
  replicas = 2
  port "http" {
    container = 80 + replica.index
  }
  healthcheck {
    tcp {
      port = "http" # ERROR OG132: The container port of "http" differs between replicas, but a healthcheck is the same for all of them.
    }
    interval = "${replica.number}s" # ERROR OG020: differ by replica
  }
}

service "unpublished" {
  image = image.i
  port "http" {
    container = 80
    host      = null
  }
  env = {
    PORT = service.unpublished.port.http.host # ERROR OG026: isn't published
  }
}

service "rolled" {
  image = image.i
  rollout {
    max_unavailable = -1 # ERROR OG134: no container of service.rolled could ever be replaced
  }
}

service "port_ranges" {
  image = image.i
  port "reversed" {
    container = "8010-8000" # ERROR OG111: The range ends before it starts. Write it as "8000-8010".
  }
  port "longer" {
    container = "8000-8010"
    host      = "9000-9005" # ERROR OG111: The container's range has 11 ports, but that of the host has 6. Write host = "9000-9010".
  }
  port "one" {
    container = "8000-8010"
    host      = 9000 # ERROR OG111: The container's range has 11 ports, but that of the host has 1. Write host = "9000-9010".
  }
  port "large" {
    container = "65530-65540" # ERROR OG111: 65540 is not a valid port. Use a number from 1 to 65535.
  }
  port "zero" {
    container = 0 # ERROR OG111: 0 is not a valid port. Use a number from 1 to 65535.
  }
  port "zeros" {
    container = 80
    host      = "0-10" # ERROR OG111: 0 is not a valid port in a range. Use a number from 1 to 65535.
  }
  port "words" {
    container = "a-b" # ERROR OG028: must be a whole number, or a range such as "8000-8010"
  }
  port "media" {
    container = "10000-10010"
  }
  scrape "media" { # ERROR OG132: The port "media" is a range, but one port is needed here. Declare that one in a port block of its own.
  }
  healthcheck {
    tcp {
      port = "media" # ERROR OG132: The port "media" is a range, but one port is needed here. Declare that one in a port block of its own.
    }
  }
}

service "port_taken" {
  image = image.i
  port "range" {
    container = "7000-7010"
    host      = "7000-7010" # ERROR OG112: Port "range" of service.port_taken publishes 7005/tcp on the host, and so does port "one"
  }
  port "one" {
    container = 80
    host      = 7005
  }
  port "free" {
    container = 81
    host      = 0
  }
  port "free_too" {
    container = 82
    host      = 0
  }
  port "among" {
    container = 83
    host      = "7000-7010"
  }
}

service "free_name" {
  image = image.i
  env   = { PORT = service.port_taken.port.free.host } # ERROR OG026: The port service.port_taken.port.free is published on any free port
}

service "anonymous" {
  image = image.i
  mount "/a" { # ERROR OG120: has 2 sources
    anonymous = true
    tmpfs     = true
  }
  mount "/b" {
    anonymous = true
    subpath   = "x" # ERROR OG120: Only a volume supports subpath; this is a volume without a name.
  }
  mount "/c" { # ERROR OG120: has 0 sources
    anonymous = false
  }
}
