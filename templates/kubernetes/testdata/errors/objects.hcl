system "shop" {
  compose = { # ERROR OG422: The system sets include
    x-note  = "kept"
    include = ["more.yml"]
  }
}

image "base" {
  pull = "alpine:3.21.3"
}

image "made" { # ERROR OG421: image.made is built by the kit, and service.made runs it
  tag = "made:1.0.0"
  stage "run" {
    from = image.base
    user {
      name = "1000:1000"
    }
    cmd {
      command = ["sleep", "infinity"]
    }
  }
}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

volume "data" {} # ERROR OG424: volume.data is mounted by 2 pods

service "made" {
  image    = image.made
  hostname = "made" # ERROR OG422: service.made sets hostname
}

service "one_name" { # ERROR OG420: would be named "one-name", as that of service.one-name is.
  image = image.cache
  mount "/data" {
    volume = volume.data
  }
}

service "one-name" {
  image = image.cache
  mount "/data" {
    volume = volume.data
  }
  mount "/etc/redis" { # ERROR OG422: mounts "../redis" from the host
    bind = "../redis"
  }
}

service "root" { # ERROR OG423: runs as root
  image = image.cache
  harden {
    user     = "0:0"
    non_root = false
    reason   = "It must be root."
  }
}

network "back" {
  ipam = { config = [{ subnet = "10.0.0.0/24" }] }
}

service "joined" {
  image = image.cache

  network "back" { # ERROR OG422: service.joined has the address 10.0.0.5 in network.back
    ipv4_address = "10.0.0.5"
    aliases      = ["joined-too"]
  }

  port "tcp" {
    container = 6379
  }
}

service "labelled" {
  image = image.cache
  labels = {
    "has blanks" = "x" # ERROR OG422: service.labelled has the label "has blanks"
  }
}

service "aliased" {
  image = image.cache

  network "back" { # ERROR OG422: service.aliased has the alias "Not.A.Name"
    aliases = ["Not.A.Name"]
  }

  port "tcp" {
    container = 6379
  }
}

service "keys" {
  image = image.cache
  harden {
    reason = "mounts"
  }
  cap_add     = ["SYS_ADMIN"]                      # ERROR OG423: service.keys adds the capability SYS_ADMIN
  group_add   = ["docker"]                         # ERROR OG422: "docker" isn't the number of a group
  extra_hosts = { "host.docker" = "host-gateway" } # ERROR OG422: a pod has no name for the host
  pull_policy = "daily"                            # ERROR OG422: the cluster pulls images always, never, or if they are missing
  tmpfs       = ["/run:mode=1777"]                 # ERROR OG422: a temporary folder has a size, but no mode
  annotations = { "not a name" = "x" }             # ERROR OG422: "not a name" can't be the name of an annotation
  dns         = "1.1.1.1"                          # ERROR OG422: service.keys sets dns
}

volume "far" {
  driver_opts = { type = "nfs" } # ERROR OG422: volume.far sets driver_opts, but a storage class decides
  driver      = "local"
}

service "silent" {
  image = image.cache

  network "back" { # ERROR OG422: service.silent has the alias "quiet", but a Service needs a port
    aliases = ["quiet"]
  }
}

service "apart" {
  image    = image.cache
  replicas = 2
  command  = ["redis-server", "--port", "637${replica.index}"]
  labels = {
    "has blanks" = "x" # ERROR OG422: service.apart has the label "has blanks"
  }
  network "back" { # ERROR OG422: service.apart has the address 10.0.0.1
    ipv4_address = "10.0.0.1${replica.index}"
  }
  extra_hosts = { "db" = "db.example.org" } # ERROR OG422: "db.example.org" isn't an IP address
}
