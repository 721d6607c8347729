system "x" {}

image "i" {
  pull = "example/unknown:1"
}

volume "data" {}

service "fine" {
  image    = image.i
  replicas = 2
  port "http" {
    container = 80
  }
  mount "/data" {
    volume    = volume.data
    read_only = true
  }
  mount "/tmp" {
    tmpfs = true
  }
  rollout {
    order = "start_first"
  }
}

service "port" {
  image = image.i
  port "http" {
    container = 80
    host      = 8080
  }
  rollout {
    order = "start_first" # ERROR OG138: Two containers of service.port can't run at the same time: both would publish the host port 8080, at main.hcl:31,17-21.
  }
}

service "named" {
  image          = image.i
  container_name = "mine"
  rollout {
    order = "start_first" # ERROR OG138: both would have the same container_name, at main.hcl:40,20-26.
  }
}

service "volume" {
  image    = image.i
  replicas = 2
  mount "/data" {
    volume = volume.data
  }
  rollout {
    order = "start_first" # ERROR OG138: both would write to what is mounted at /data, at main.hcl:49,3-16.
  }
}

service "bind" {
  image = image.i
  mount "/data" {
    bind = "./data"
  }
  compose = {
    volumes = ["other:/a:ro", "other:/b"]
  }
  rollout {
    order = "start_first" # ERROR OG138: both would write to what is mounted at /data, at main.hcl:59,3-16. # ERROR OG138: both would write to this volume, at main.hcl:63,31-41.
  }
}

service "address" {
  image = image.i
  compose = {
    networks = { default = { ipv4_address = "10.0.0.2" } }
  }
  rollout {
    order = "start_first" # ERROR OG138: both would have the same ipv4_address, at main.hcl:73,45-55.
  }
}

service "space" {
  image        = image.i
  network_mode = "service:joins"
  rollout {
    order = "start_first" # ERROR OG138: both would have the same network_mode, at main.hcl:82
  }
}

service "job" {
  image   = image.i
  oneshot = true
  rollout {
    order = "start_first" # ERROR OG138: it runs once, at main.hcl:90
  }
}

service "joined" {
  image = image.i
  rollout {
    order = "start_first" # ERROR OG138: the pid of service.joins is that of its container, at main.hcl:105
  }
}

service "joins" {
  image = image.i
  pid   = "service:joined"
}

service "served" {
  image = image.i
  rollout {
    order = "start_first" # ERROR OG138: each would have its own database.d, at main.hcl:115
  }
}

database "d" {
  service = service.served
}

action "a" {
  run = "docker exec ${service.fine.instances[0].container_name} true" # ERROR OG029: This object does not have an attribute named "container_name".
}

action "b" {
  run = "docker exec ${service.joined.container_name} true" # ERROR OG026: Compose chooses the name of service.joined's container
}

service "wrong" {
  image = image.i
  rollout {
    order = "parallel" # ERROR OG028: "parallel" is not a valid value of "order"
  }
}

image "prometheus" {
  pull = "prom/prometheus:v3.1.0"
}

service "cache" {
  image = image.prometheus
  rollout {
    order = "start_first" # ERROR OG138: each would have its own data at /prometheus, a volume of the image, at main.hcl:139
  }
}
