system "x" {
  compose = {
    services = {
      vpn  = { volumes_from = ["wbe"] } # ERROR OG133: no service "wbe", which volumes_from names. Did you mean "web"?
      late = { image = "debian:12", depends_on = ["nobody"] }
    }
  }
}

image "i" {
  pull = "debian:12"
}

service "vpn" {
  image = image.i
}

service "db" {
  image    = image.i
  replicas = 2
}

service "many" {
  image    = image.i
  replicas = 4
}

service "net" {
  image        = image.i
  network_mode = "service:vpm" # ERROR OG133: no service "vpm", which network_mode names. Did you mean "vpn"?
}

service "plain" {
  image = image.i
  ipc   = "service:db" # ERROR OG133: service.db has replicas, so docker-compose.yml knows it as "db-1", "db-2", not as "db"
  pid   = "service:many" # ERROR OG133: as "many-1", "many-2", "many-3", …, not
  uts   = "host"
  links = ["web:alias", "db-3:x"] # ERROR OG133: no service "db-3", which links names
  volumes_from = [
    "container:elsewhere",
    "db:ro", # ERROR OG133: not as "db"
    "late",
  ]
  compose = {
    depends_on = {
      webb   = { condition = "service_started" } # ERROR OG133: no service "webb", which depends_on names. Did you mean "web"?
      vpn    = { condition = "service_healthy" } # ERROR OG122: it has no healthcheck
      "db-1" = { condition = "service_completed_successfully" } # ERROR OG122: it isn't a one-shot
    }
  }
  harden {
    reason = "joins namespaces"
  }
}

service "web" {
  image      = image.i
  depends_on = { vpn = "started", sick = "healthy" }
  compose = {
    depends_on = ["vpn", "sick"] # ERROR OG129: waits until sick is started, and by its depends_on until it is healthy
  }
}

service "sick" {
  image = image.i
  healthcheck {
    command = ["true"]
  }
}

service "self" {
  image = image.i
  pid   = "service:self" # ERROR OG123: service.self waits for itself
}

service "named" {
  image        = image.i
  network_mode = "container:x-named" # ERROR OG123: service.named waits for itself
}

service "a" {
  image        = image.i
  volumes_from = ["b"]
}

service "b" {
  image = image.i
  links = ["c"]
}

service "c" {
  image        = image.i
  network_mode = "container:x-a" # ERROR OG123: These services wait for each other: service.b (main.hcl:83,19-22), service.c (main.hcl:88,12-15), service.a
}

service "ring" {
  image        = image.i
  replicas     = 3
  network_mode = "service:ring-${(replica.index + 1) % 3 + 1}" # ERROR OG123: Replicas of service.ring wait for each other: ring-3 and ring-1
}

service "mirror" {
  image    = image.i
  replicas = 2
  ipc      = "service:mirror-${replica.number}" # ERROR OG123: service.mirror waits for itself
}
